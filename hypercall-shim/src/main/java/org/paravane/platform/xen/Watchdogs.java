package org.paravane.platform.xen;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.clock.TimerQueue.Timer;
import org.paravane.core.execution.Machine;
import org.paravane.platform.xen.abi.Errno;

/**
 * The watchdogs of a domain: timers that shut it down unless the guest sets them again in time.
 *
 * @abi xen/include/public/sched.h, xen/common/sched/core.c
 */
final class Watchdogs {
  private static final int COUNT = 2;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Machine machine;
  private final List<Timer> timers = new ArrayList<>();
  private final boolean[] used = new boolean[COUNT];

  /** Watchdogs that do that when their time is over. */
  Watchdogs(Machine machine, Runnable shutDown) {
    this.machine = machine;
    for (int i = 0; i < COUNT; i++) {
      timers.add(machine.timers().create(shutDown));
    }
  }

  /**
   * Answers SCHEDOP_watchdog.
   *
   * @param number a watchdog from 1 on, or 0 for one that is free
   * @param seconds until it shuts the domain down, unsigned; 0 puts it away
   * @return the number of the one that was free, or 0, or a negated error
   */
  long set(int number, int seconds) {
    if (number < 0 || number > COUNT) {
      return -Errno.EINVAL;
    }
    if (number == 0) {
      for (int i = 0; i < COUNT; i++) {
        if (!used[i]) {
          used[i] = true;
          start(i, seconds);
          return i + 1L;
        }
      }
      // Xen takes this one for unsigned, so that 64-bit guests get it in 32 bits.
      return -Errno.ENOSPC & 0xffff_ffffL;
    }
    int index = number - 1;
    if (!used[index]) {
      return -Errno.EINVAL;
    }
    if (seconds == 0) {
      timers.get(index).cancel();
      used[index] = false;
    } else {
      start(index, seconds);
    }
    return 0;
  }

  private void start(int index, int seconds) {
    long nanos = (seconds & 0xffff_ffffL) * NANOS_PER_SECOND;
    timers.get(index).scheduleAt(machine.nanos() + nanos);
  }
}
