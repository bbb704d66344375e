package org.paravane.core.device.interrupt;

import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.device.timer.Frequency;

/**
 * The timer of a local APIC: one-shot and periodic by its own count, or once at a TSC value. It counts whether or not
 * its interrupt is masked, but sets a machine timer only when it is not.
 */
final class ApicTimer {
  private static final int MASKED = 0x1_0000;
  private static final int PERIODIC = 0x2_0000;
  private static final int TSC_DEADLINE = 0x4_0000;

  private final Clock clock;
  private final Frequency input;
  private final Frequency tsc;
  private final Runnable expired;
  private final TimerQueue.Timer timer;

  private int lvt;
  private int divideConfiguration;
  private long initialCount;
  private long startTick;
  private long tscOffset;
  private long deadline;

  ApicTimer(Clock clock, TimerQueue timers, long inputHz, long tscHz, Runnable expired) {
    this.clock = clock;
    this.input = new Frequency(inputHz);
    this.tsc = new Frequency(tscHz);
    this.expired = expired;
    this.timer = timers.create(this::expire);
  }

  void reset() {
    timer.cancel();
    lvt = MASKED;
    divideConfiguration = 0;
    initialCount = 0;
    deadline = 0;
  }

  int lvt() {
    return lvt;
  }

  void lvt(int value) {
    catchUp();
    if (((lvt ^ value) & TSC_DEADLINE) != 0) {
      initialCount = 0;
      deadline = 0;
    } else if (((lvt ^ value) & PERIODIC) != 0) {
      // The running count goes on in the new mode.
      restartAt(currentCount());
    }
    lvt = value;
    schedule();
  }

  int divideConfiguration() {
    return divideConfiguration;
  }

  void divideConfiguration(int value) {
    catchUp();
    long left = currentCount();
    divideConfiguration = value & 0x0b;
    restartAt(left);
    schedule();
  }

  long initialCount() {
    return initialCount;
  }

  void initialCount(long value) {
    if (!deadlineMode()) {
      catchUp();
      initialCount = value;
      startTick = ticks();
      schedule();
    }
  }

  long currentCount() {
    if (initialCount == 0) {
      return 0;
    }
    long passed = (ticks() - startTick) / divisor();
    if ((lvt & PERIODIC) != 0) {
      return initialCount - passed % initialCount;
    }
    return Math.max(0, initialCount - passed);
  }

  long tscDeadline() {
    catchUp();
    return deadline;
  }

  void tscDeadline(long value) {
    if (deadlineMode()) {
      catchUp();
      deadline = value;
      schedule();
    }
  }

  void tscOffset(long ticks) {
    catchUp();
    tscOffset = ticks;
    schedule();
  }

  /** Lets what is due happen before the state it depends on changes. */
  private void catchUp() {
    if (timer.pending() && timer.deadlineNanos() <= clock.nanos()) {
      timer.cancel();
      expire();
    }
  }

  private void expire() {
    if (deadlineMode()) {
      deadline = 0;
    }
    schedule();
    expired.run();
  }

  private void schedule() {
    timer.cancel();
    long at = deadlineMode() ? deadlineNanos() : countNanos();
    if (at != TimerQueue.NEVER) {
      timer.scheduleAt(at);
    }
  }

  private long countNanos() {
    if (initialCount == 0 || (lvt & MASKED) != 0) {
      return TimerQueue.NEVER;
    }
    long period = initialCount * divisor();
    long passed = ticks() - startTick;
    if ((lvt & PERIODIC) != 0) {
      return input.nanosAtTick(startTick + (passed / period + 1) * period);
    }
    return passed < period ? input.nanosAtTick(startTick + period) : TimerQueue.NEVER;
  }

  /** A masked deadline is kept armed too, since it must read as zero once it has passed. */
  private long deadlineNanos() {
    long tick = deadline - tscOffset;
    if (deadline == 0) {
      return TimerQueue.NEVER;
    }
    if (Long.compareUnsigned(deadline, tsc.ticksAt(clock.nanos()) + tscOffset) <= 0) {
      return clock.nanos();
    }
    return tick < 0 ? TimerQueue.NEVER : tsc.nanosAtTick(tick);
  }

  /** Counts on from {@code count} now; a periodic timer keeps its period and gets the phase that fits. */
  private void restartAt(long count) {
    if (initialCount != 0) {
      startTick = ticks() - (initialCount - count) * divisor();
    }
  }

  private boolean deadlineMode() {
    return (lvt & TSC_DEADLINE) != 0;
  }

  private int divisor() {
    int shift = (divideConfiguration & 3 | divideConfiguration >> 1 & 4) + 1 & 7;
    return 1 << shift;
  }

  private long ticks() {
    return input.ticksAt(clock.nanos());
  }
}
