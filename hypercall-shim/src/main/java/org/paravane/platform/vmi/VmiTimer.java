package org.paravane.platform.vmi;

import org.paravane.core.clock.TimerQueue.Timer;
import org.paravane.core.device.interrupt.DeliveryMode;
import org.paravane.core.device.interrupt.InterruptMessage;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.PcHardware;

/**
 * VMI's clock and alarms. A cycle is a nanosecond. No time is ever stolen, so available time is real time; each of the two
 * has one alarm a processor.
 */
final class VmiTimer {
  /** Cycles in a second. */
  static final long FREQUENCY_HZ = 1_000_000_000;

  private static final int REAL = 0;
  private static final int AVAILABLE = 1;
  private static final int COUNTERS = 2;
  private static final int COUNTER = 0xff;
  private static final int PERIODIC = 0x100;
  private static final int WIRED_TO_LVTT = 0x1_0000;
  private static final int LVTT = 0x320;
  private static final int LVT_MASKED = 1 << 16;

  private final Machine machine;
  private final PcHardware hardware;
  private final Alarm[] alarms;

  VmiTimer(Machine machine, PcHardware hardware, int processors) {
    this.machine = machine;
    this.hardware = hardware;
    alarms = new Alarm[processors * COUNTERS];
    for (int i = 0; i < alarms.length; i++) {
      alarms[i] = new Alarm(i / COUNTERS);
    }
  }

  /** A counter of cycles: 0 real, 1 available; 2, the stolen ones, and all others stand at 0. */
  long cycles(int counter) {
    return counter == REAL || counter == AVAILABLE ? machine.nanos() : 0;
  }

  /** Nanoseconds since 1970. */
  long wallClock() {
    return PcHardware.START_EPOCH_SECONDS * FREQUENCY_HZ + machine.nanos();
  }

  /**
   * Sets a processor's alarm; for a counter without one nothing happens.
   *
   * @param flags counter, periodic, wired to LVTT
   * @param expiry counter value, unsigned
   * @param period cycles; 0 for once, and so is what would take centuries
   */
  void set(int processor, int flags, long expiry, long period) {
    Alarm alarm = alarm(processor, flags);
    if (alarm != null) {
      alarm.set(expiry, (flags & PERIODIC) != 0 ? period : 0, (flags & WIRED_TO_LVTT) != 0);
    }
  }

  /** Cancels a processor's alarm; tells whether it was set and had not fired for the last time. */
  boolean cancel(int processor, int flags) {
    Alarm alarm = alarm(processor, flags);
    return alarm != null && alarm.cancel();
  }

  private Alarm alarm(int processor, int flags) {
    int counter = flags & COUNTER;
    return counter < COUNTERS ? alarms[processor * COUNTERS + counter] : null;
  }

  private final class Alarm {
    private final int processor;
    private final Timer timer = machine.timers().create(this::fire);
    private long expiry;
    private long period;
    private boolean wiredToLvtt;
    private boolean armed;

    Alarm(int processor) {
      this.processor = processor;
    }

    void set(long newExpiry, long newPeriod, boolean newWiredToLvtt) {
      expiry = newExpiry;
      period = newPeriod;
      wiredToLvtt = newWiredToLvtt;
      schedule();
    }

    /** What is centuries from now never fires. */
    private void schedule() {
      timer.cancel();
      armed = true;
      if (expiry >= 0) {
        timer.scheduleAt(expiry);
      }
    }

    boolean cancel() {
      boolean wasArmed = armed;
      armed = false;
      timer.cancel();
      return wasArmed;
    }

    private void fire() {
      armed = false;
      if (period > 0) {
        long missed = Long.divideUnsigned(machine.nanos() - expiry, period);
        expiry += (missed + 1) * period;
        schedule();
      }
      if (wiredToLvtt) {
        raiseLvtt();
      } else {
        hardware.edge(0);
      }
    }

    private void raiseLvtt() {
      int entry = (int) hardware.localApic(machine.cpu(processor)).read(LVTT, 4);
      if ((entry & LVT_MASKED) == 0) {
        hardware.send(
            new InterruptMessage(processor, false, DeliveryMode.FIXED, entry & 0xff, false));
      }
    }
  }
}
