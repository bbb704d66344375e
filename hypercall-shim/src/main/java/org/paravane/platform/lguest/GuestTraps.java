package org.paravane.platform.lguest;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

/** The guest's interrupt descriptor table, and how its handlers are entered. */
final class GuestTraps {
  private static final int ENTRIES = 256;
  private static final int NMI = 2;
  private static final int DOUBLE_FAULT = 8;
  private static final int SPURIOUS = 15;
  private static final int PRESENT = 1 << 15;
  private static final int INTERRUPT_GATE = 0xe;
  private static final int TRAP_GATE = 0xf;
  private static final int KERNEL_CODE = 0x60 | LguestGuest.RING;
  private static final int CODE_RIGHTS = 0xc09b | LguestGuest.RING << Segments.RIGHT_DPL_SHIFT;
  private static final int STACK_RIGHTS = 0xc093 | LguestGuest.RING << Segments.RIGHT_DPL_SHIFT;
  private static final int CLEARED = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM;

  private final LguestGuest guest;
  private final int[] address = new int[ENTRIES];
  private final int[] attributes = new int[ENTRIES];
  private int stackSelector;
  private int stackPointer;

  GuestTraps(LguestGuest guest) {
    this.guest = guest;
  }

  /** Sets an entry; those of vectors that no guest handles are ignored. */
  void set(int vector, int low, int high) {
    if (vector == NMI
        || vector == DOUBLE_FAULT
        || vector == SPURIOUS
        || vector == LguestPlatform.HYPERCALL_VECTOR) {
      return;
    }
    if (vector < 0 || vector >= ENTRIES) {
      guest.kill("setting idt entry %d", vector);
      return;
    }
    int type = high >> 8 & 0xf;
    if ((high & PRESENT) != 0 && type != INTERRUPT_GATE && type != TRAP_GATE) {
      guest.kill("bad IDT type %d for vector %d", type, vector);
      return;
    }
    address[vector] = high & 0xffff_0000 | low & 0xffff;
    attributes[vector] = high & 0xffff;
  }

  /** Where handlers run that interrupt user mode. */
  void stack(int selector, int pointer, int pages) {
    if ((selector & 3) != LguestGuest.RING) {
      guest.kill("bad stack segment %d", selector);
    } else if (Integer.compareUnsigned(pages, 2) > 0) {
      guest.kill("bad stack pages %d", pages);
    } else {
      stackSelector = selector & 0xffff;
      stackPointer = pointer;
    }
  }

  boolean handled(int vector) {
    return (attributes[vector] & PRESENT) != 0;
  }

  /** Whether INT n may reach the handler from a CPL. */
  boolean open(int vector, int cpl) {
    return handled(vector) && (attributes[vector] >> 13 & 3) >= cpl;
  }

  /**
   * Enters a handler.
   *
   * @param errorCode goes onto the stack if {@code hasErrorCode}
   */
  void enter(int vector, boolean hasErrorCode, int errorCode) {
    Cpu cpu = guest.cpu();
    LguestData data = guest.data();
    if (!handled(vector) || data == null) {
      guest.kill(
          "unhandled trap %d at %#x (%#x)",
          vector, cpu.rip(), vector == 14 ? cpu.control.cr2() : errorCode);
      return;
    }
    int flags = cpu.rflags() & ~Rflags.IF | (data.interruptsEnabled() ? Rflags.IF : 0);
    int oldStack = cpu.get32(Cpu.RSP);
    boolean fromUser = cpu.cpl == 3;
    int top = fromUser ? stackPointer : oldStack;
    int frameBytes = 12 + (fromUser ? 8 : 0) + (hasErrorCode ? 4 : 0);
    for (int i = 1; i <= frameBytes; i++) {
      if (physical(top - i) < 0) {
        guest.kill("bad stack at %#x for trap %d", top - i, vector);
        return;
      }
    }
    cpu.memory.currentCode(LinearMemory.CodeRange.NONE);
    if (fromUser) {
      top = push(top, cpu.segments.selector[Segments.SS]);
      top = push(top, oldStack);
      cpu.segments.set(Segments.SS, stackSelector, 0, -1, STACK_RIGHTS);
    }
    top = push(top, flags);
    top = push(top, cpu.segments.selector[Segments.CS]);
    top = push(top, (int) cpu.rip());
    if (hasErrorCode) {
      top = push(top, errorCode);
    }
    cpu.set32(Cpu.RSP, top);
    cpu.cpl = LguestGuest.RING;
    cpu.segments.set(Segments.CS, KERNEL_CODE, 0, -1, CODE_RIGHTS);
    cpu.updateMode();
    cpu.rflags(cpu.rflags() & ~CLEARED);
    cpu.rip(address[vector] & 0xffff_ffffL);
    if ((attributes[vector] >> 8 & 0xf) == INTERRUPT_GATE) {
      data.interruptsEnabled(false);
    }
    cpu.attention();
  }

  private int push(int top, int value) {
    for (int i = 0; i < 4; i++) {
      guest.machine.memory().put8(physical(top - 4 + i), value >>> 8 * i);
    }
    return top - 4;
  }

  private long physical(int linear) {
    return guest.shadow.physical(linear & 0xffff_ffffL);
  }
}
