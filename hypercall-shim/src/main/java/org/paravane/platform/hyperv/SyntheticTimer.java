package org.paravane.platform.hyperv;

import org.paravane.core.clock.TimerQueue;

/**
 * One synthetic timer (TLFS 12.5): expires at a reference time, or again and again after a span of it.
 *
 * <pre>
 * config: 0 enabled   1 periodic   2 lazy   3 auto-enable   11-4 APIC vector   12 direct mode   19-16 SINTx
 * </pre>
 */
final class SyntheticTimer {
  private static final long ENABLED = 1;
  private static final long PERIODIC = 2;
  private static final long AUTO_ENABLE = 8;
  private static final long DIRECT = 1 << 12;
  private static final long RESERVED = ~0xf_1fffL;

  private final ReferenceTime time;
  private final TimerQueue.Timer timer;
  private final Expiry expired;
  private long config;
  private long count;
  private long expiration;

  /** Learns that a timer expired. */
  interface Expiry {
    /** The timer expired, by its own reckoning, at the reference time {@code expiration}. */
    void expired(SyntheticTimer timer, long expiration);
  }

  SyntheticTimer(TimerQueue timers, ReferenceTime time, Expiry expired) {
    this.time = time;
    this.expired = expired;
    timer = timers.create(this::expire);
  }

  long config() {
    return config;
  }

  long count() {
    return count;
  }

  boolean direct() {
    return (config & DIRECT) != 0;
  }

  int vector() {
    return (int) config >> 4 & 0xff;
  }

  int sint() {
    return (int) config >> 16 & 0xf;
  }

  /** Writes the configuration; false if a reserved bit is set. A timer without a way to be heard stays disabled. */
  boolean config(long value) {
    if ((value & RESERVED) != 0) {
      return false;
    }
    config = value;
    if (!direct() && sint() == 0) {
      config &= ~ENABLED;
    }
    start();
    return true;
  }

  /** Writes the count: 0 disables, any other enables if the configuration says so. */
  void count(long value) {
    count = value;
    if (value == 0) {
      config &= ~ENABLED;
    } else if ((config & AUTO_ENABLE) != 0) {
      config |= ENABLED;
    }
    start();
  }

  private void start() {
    timer.cancel();
    // A count with bit 63 set lies thousands of years ahead.
    if ((config & ENABLED) != 0 && count > 0) {
      expiration = (config & PERIODIC) != 0 ? time.now() + count : count;
      schedule();
    }
  }

  private void schedule() {
    // What lies beyond the end of machine time never comes.
    if (expiration >= 0 && expiration <= Long.MAX_VALUE / ReferenceTime.NANOS_PER_UNIT) {
      timer.scheduleAt(expiration * ReferenceTime.NANOS_PER_UNIT);
    }
  }

  private void expire() {
    long due = expiration;
    if ((config & PERIODIC) != 0) {
      long missed = Math.max(0, (time.now() - due) / count);
      expiration = due + (missed + 1) * count;
      schedule();
    } else {
      config &= ~ENABLED;
    }
    expired.expired(this, due);
  }
}
