package org.paravane.core.device;

import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;

/** A clock that a test moves, with the timers on it. */
public final class ManualClock implements Clock {
  private final TimerQueue timers = new TimerQueue();
  private long nanos;

  @Override
  public long nanos() {
    return nanos;
  }

  /** The timers; they fire on time while the clock is moved. */
  public TimerQueue timers() {
    return timers;
  }

  /** Moves the clock, firing each timer at its own time. */
  public void advance(long byNanos) {
    long target = nanos + byNanos;
    while (timers.nextDeadlineNanos() <= target) {
      nanos = Math.max(nanos, timers.nextDeadlineNanos());
      timers.fireDue(nanos);
    }
    nanos = target;
  }

  /** Moves the clock without firing, as a processor does inside a block. */
  public void advanceLate(long byNanos) {
    nanos += byNanos;
  }
}
