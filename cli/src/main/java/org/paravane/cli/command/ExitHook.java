package org.paravane.cli.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a run end in order when a signal ends the process: what stops it is called, and the process waits for its farewell. */
final class ExitHook implements AutoCloseable {
  private static final long FAREWELL_SECONDS = 5;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  /** Stops by {@code stop}, from another thread, and calls {@code last} when the run is closed or takes too long. */
  ExitHook(Runnable stop, Runnable last) {
    hook = new Thread(() -> stopForExit(stop, last), "paravane-exit");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stopForExit(Runnable stop, Runnable last) {
    stop.run();
    try {
      boolean _ = closed.await(FAREWELL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    last.run();
  }

  /** The run has ended and been reported. */
  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is already going down: the hook runs, and has just been let go.
      return;
    }
  }
}
