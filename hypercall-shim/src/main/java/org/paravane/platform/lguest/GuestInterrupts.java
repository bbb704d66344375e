package org.paravane.platform.lguest;

import org.paravane.core.clock.TimerQueue.Timer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.InterruptController;
import org.paravane.platform.pc.PcHardware;

/** The guest's 32 interrupts, of which 0 is its clock event, and the time that it is shown. */
final class GuestInterrupts implements InterruptController {
  private static final int FIRST_VECTOR = 32;
  private static final int CLOCK = 0;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** How soon the host looks again at an interrupt that it could not deliver: its own timer interrupt. */
  private static final long HOST_TICK_NANOS = 1_000_000;

  private final LguestGuest guest;
  private final Timer clockEvent;
  private final Timer hostTick;
  private int pending;

  GuestInterrupts(LguestGuest guest) {
    this.guest = guest;
    clockEvent = guest.machine.timers().create(() -> raise(CLOCK));
    hostTick = guest.machine.timers().create(() -> guest.cpu().attention());
  }

  /** Sets the clock event to so many nanoseconds from now, unsigned; 0 takes it back. */
  void clockEvent(int nanos) {
    if (nanos == 0) {
      clockEvent.cancel();
    } else {
      clockEvent.scheduleAt(guest.machine.nanos() + (nanos & 0xffff_ffffL));
    }
  }

  private void raise(int irq) {
    pending |= 1 << irq;
    guest.cpu().attention();
  }

  /** Shows the guest the time of day. */
  void showTime() {
    guest.data().time(PcHardware.START_EPOCH_SECONDS * NANOS_PER_SECOND + guest.machine.nanos());
  }

  private int deliverable() {
    LguestData data = guest.data();
    return data == null ? 0 : pending & ~data.blockedInterrupts();
  }

  @Override
  public boolean interruptPending() {
    if (deliverable() == 0) {
      return false;
    }
    Cpu cpu = guest.cpu();
    LguestData data = guest.data();
    boolean critical = cpu.rip() >= data.noInterruptsFrom() && cpu.rip() < data.noInterruptsTo();
    boolean possible = cpu.events.activity() == Activity.HALTED || data.interruptsEnabled();
    if (!possible) {
      data.interruptPending(true);
    }
    if (critical || !possible) {
      if (!hostTick.pending()) {
        hostTick.scheduleAt(guest.machine.nanos() + HOST_TICK_NANOS);
      }
      return false;
    }
    return true;
  }

  @Override
  public int acknowledgeInterrupt() {
    if (!interruptPending()) {
      return -1;
    }
    LguestData data = guest.data();
    if (guest.cpu().events.activity() == Activity.HALTED) {
      // A guest that halts waits for interrupts, whatever its flag said.
      data.interruptsEnabled(true);
    }
    int irq = Integer.numberOfTrailingZeros(deliverable());
    pending &= ~(1 << irq);
    if (deliverable() == 0) {
      data.interruptPending(false);
    }
    showTime();
    return FIRST_VECTOR + irq;
  }

  @Override
  public int taskPriorityClass() {
    return 0;
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    // No such register at ring 1.
  }
}
