package org.paravane.platform.kvm;

import java.util.function.Supplier;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.memory.GuestMemory;

/**
 * The local APIC of one processor with an end of interrupt that needs no exit: with an interrupt goes a flag in memory that
 * the guest clears instead of writing EOI. The flag is only set for an edge-triggered interrupt with nothing behind it.
 */
final class PvEoi implements InterruptController {
  private static final long ENABLED = 1;
  private static final long RESERVED = 2;
  private static final int FLAG = 1;

  private final GuestMemory memory;
  private final Supplier<LocalApic> apic;
  private long msr;
  private boolean offered;

  PvEoi(GuestMemory memory, Supplier<LocalApic> apic) {
    this.memory = memory;
    this.apic = apic;
  }

  long msr() {
    return msr;
  }

  /** Takes the address of the flag, a multiple of 4, with bit 0 to enable it; false if that is no address in RAM. */
  boolean write(long value) {
    long at = value & ~ENABLED;
    boolean enable = (value & ENABLED) != 0;
    if ((value & RESERVED) != 0 || enable && !memory.contains(at, Integer.BYTES)) {
      return false;
    }
    synchronize();
    msr = value;
    apic.get().beforeAccess(this::synchronize);
    return true;
  }

  /** Takes notice of an end of interrupt in memory, and withdraws an offer that was not taken. */
  private void synchronize() {
    if (offered) {
      offered = false;
      long at = msr & ~ENABLED;
      int flag = memory.get8(at);
      memory.put8(at, flag & ~FLAG);
      if ((flag & FLAG) == 0) {
        apic.get().endOfInterrupt();
      }
    }
  }

  @Override
  public boolean interruptPending() {
    return apic.get().interruptPending();
  }

  @Override
  public int acknowledgeInterrupt() {
    synchronize();
    int vector = apic.get().acknowledgeInterrupt();
    if ((msr & ENABLED) != 0 && apic.get().endMayBeLate()) {
      long at = msr & ~ENABLED;
      memory.put8(at, memory.get8(at) | FLAG);
      offered = true;
    }
    return vector;
  }

  @Override
  public int taskPriorityClass() {
    return apic.get().taskPriorityClass();
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    apic.get().taskPriorityClass(priorityClass);
  }
}
