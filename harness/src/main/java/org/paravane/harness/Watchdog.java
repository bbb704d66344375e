package org.paravane.harness;

import java.time.Duration;
import java.util.Optional;

/** Ends a run at its time limit, and wakes a machine that sleeps with the host's clock so that it can be looked at. */
final class Watchdog implements AutoCloseable {
  private static final Duration HEARTBEAT = Duration.ofMillis(50);

  private final Thread thread;

  private Watchdog(Thread thread) {
    this.thread = thread;
  }

  /**
   * Starts watching, if there is something to watch.
   *
   * @param limit after which {@code expired} is called, once
   * @param heartbeat called every 50 ms, if present
   */
  static Watchdog start(Optional<Duration> limit, Runnable expired, Optional<Runnable> heartbeat) {
    if (limit.isEmpty() && heartbeat.isEmpty()) {
      return new Watchdog(null);
    }
    long start = System.nanoTime();
    long limitNanos = limit.map(Watchdog::saturatedNanos).orElse(Long.MAX_VALUE);
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("paravane-watchdog")
            .unstarted(() -> {
              try {
                long left = limitNanos;
                while (left > 0) {
                  Duration wait = heartbeat.isPresent() ? HEARTBEAT : Duration.ofNanos(left);
                  Thread.sleep(
                      wait.compareTo(Duration.ofNanos(left)) < 0 ? wait : Duration.ofNanos(left));
                  heartbeat.ifPresent(Runnable::run);
                  left = limitNanos - (System.nanoTime() - start);
                }
                expired.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return new Watchdog(thread);
  }

  private static long saturatedNanos(Duration span) {
    return span.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0 ? Long.MAX_VALUE : span.toNanos();
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }
}
