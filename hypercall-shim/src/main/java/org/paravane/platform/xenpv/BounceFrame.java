package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

/**
 * How a guest kernel is entered: on its stack, with the interrupted state pushed as an IDT gate would, RCX and R11 below.
 */
final class BounceFrame {
  private static final int R11 = 11;
  private static final int CLEARED = Rflags.AC | Rflags.VM | Rflags.RF | Rflags.NT | Rflags.TF;

  private BounceFrame() {}

  /** Enters a handler that gets no error code. */
  static void enter(PvProcessor processor, String what, long handler, boolean masksEvents) {
    enter(processor, what, handler, masksEvents, false, 0, CLEARED);
  }

  /** Enters a handler that gets an error code. */
  static void enter(
      PvProcessor processor, String what, long handler, boolean masksEvents, int errorCode) {
    enter(processor, what, handler, masksEvents, true, errorCode, CLEARED);
  }

  /** Enters a system call handler: DF is cleared too. */
  static void enterSystemCall(PvProcessor processor, long handler, boolean masksEvents) {
    enter(processor, "SYSCALL", handler, masksEvents, false, 0, CLEARED | Rflags.DF);
  }

  private static void enter(
      PvProcessor processor,
      String what,
      long handler,
      boolean masksEvents,
      boolean hasErrorCode,
      int errorCode,
      int cleared) {
    Cpu cpu = processor.cpu();
    if (handler == 0) {
      processor.crash("%s at %#x without a handler".formatted(what, cpu.rip()));
      return;
    }
    boolean masked = processor.processor().upcallMasked();
    int flags =
        cpu.rflags() & ~(Rflags.IF | Rflags.IOPL)
            | processor.framedIoPrivilege()
            | (masked ? 0 : Rflags.IF);
    long stack = cpu.gpr[Cpu.RSP];
    int code = cpu.segments.selector[Segments.CS];
    long top;
    if (processor.kernelMode) {
      code &= 0xfffc;
      top = stack & -16;
    } else {
      processor.toggle();
      top = processor.kernelSp & -16;
    }
    cpu.memory.currentCode(LinearMemory.CodeRange.NONE);
    try {
      top = push(cpu, top, cpu.segments.selector[Segments.SS]);
      top = push(cpu, top, stack);
      top = push(cpu, top, flags);
      top = push(cpu, top, code | (masked ? 1L << 32 : 0));
      top = push(cpu, top, cpu.rip());
      if (hasErrorCode) {
        top = push(cpu, top, errorCode & 0xffff_ffffL);
      }
      top = push(cpu, top, cpu.gpr[R11]);
      top = push(cpu, top, cpu.gpr[Cpu.RCX]);
    } catch (GuestFault fault) {
      processor.crash("no stack at %#x for %s".formatted(top, what));
      return;
    }
    if (masksEvents) {
      processor.processor().upcallMasked(true);
    }
    cpu.gpr[Cpu.RSP] = top;
    processor.flatCodeAndStack();
    cpu.rflags(cpu.rflags() & ~cleared);
    cpu.rip(handler);
    // Xen goes there by SYSRET.
    cpu.gpr[Cpu.RCX] = handler;
    cpu.gpr[R11] = cpu.rflags();
    cpu.attention();
  }

  private static long push(Cpu cpu, long top, long value) {
    cpu.memory.write64(top - 8, Segments.SS, value);
    return top - 8;
  }
}
