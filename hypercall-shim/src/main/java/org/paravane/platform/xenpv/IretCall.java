package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Descriptor;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

/**
 * HYPERVISOR_iret: a guest kernel's way back, to itself or to user mode.
 *
 * <pre>00 rax   08 r11   10 rcx   18 flags   20 rip   28 cs   30 rflags   38 rsp   40 ss</pre>
 *
 * @abi xen/include/public/arch-x86/xen-x86_64.h, struct iret_context
 */
final class IretCall {
  private static final int IN_SYSCALL = 1 << 8;
  private static final int R11 = 11;
  private static final int FLAT_CODE32 = 0xe023;
  private static final int KEPT =
      Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT | Rflags.RF | Rflags.AC | Rflags.ID;

  private final Descriptor code;
  private final Descriptor stack;

  IretCall(Cpu cpu) {
    code = new Descriptor(cpu);
    stack = new Descriptor(cpu);
  }

  /** Carries it out; RIP is set. */
  void execute(PvProcessor processor) {
    Cpu cpu = processor.cpu();
    long at = cpu.gpr[Cpu.RSP];
    long[] frame = new long[9];
    try {
      for (int i = 0; i < frame.length; i++) {
        frame[i] = cpu.memory.read64(at + 8L * i, Segments.SS);
      }
    } catch (GuestFault fault) {
      processor.crash("no frame at %#x for iret".formatted(at));
      return;
    }
    int codeSelector = (int) frame[5] & 0xffff | 3;
    int stackSelector = (int) frame[8] & 0xffff | 3;
    if ((frame[5] & 3) == 3) {
      if (processor.userRoot() == 0) {
        processor.crash("iret to user mode without user page tables");
        return;
      }
      processor.toggle();
    }
    cpu.gpr[Cpu.RAX] = frame[0];
    cpu.gpr[Cpu.RSP] = frame[7];
    cpu.rflags((int) frame[6] & KEPT | Rflags.IF);
    cpu.rip(frame[4]);
    cpu.events.unblockNmi();
    processor.processor().upcallMasked((frame[6] & Rflags.IF) == 0);
    processor.ioPrivilegeOf((int) frame[6]);
    boolean bySysret = (frame[3] & IN_SYSCALL) != 0;
    cpu.gpr[R11] = bySysret ? cpu.rflags() : frame[1];
    cpu.gpr[Cpu.RCX] = bySysret ? frame[4] : frame[2];
    boolean canonical = frame[4] << 16 >> 16 == frame[4];
    if (bySysret && canonical && codeSelector != FLAT_CODE32) {
      processor.flatAgain();
      cpu.attention();
      return;
    }
    int bad;
    try {
      bad = load(cpu, codeSelector, stackSelector, frame[4]);
    } catch (GuestFault fault) {
      if (!processor.mapLocalDescriptors(cpu.control.cr2())) {
        // As the processor's own IRET would fault: in the state that it was to return to.
        selectors(cpu, codeSelector, stackSelector);
        processor.cr2(processor.localDescriptors().guestAddress(cpu.control.cr2()));
        trap(processor, GuestFault.PF, fault.errorCode());
        cpu.attention();
        return;
      }
      bad = load(cpu, codeSelector, stackSelector, frame[4]);
    }
    if (bad >= 0) {
      selectors(cpu, codeSelector, stackSelector);
      trap(processor, GuestFault.GP, bad);
    }
    cpu.attention();
  }

  private static void selectors(Cpu cpu, int codeSelector, int stackSelector) {
    cpu.segments.selector[Segments.CS] = codeSelector;
    cpu.segments.selector[Segments.SS] = stackSelector;
  }

  private static void trap(PvProcessor processor, int vector, int errorCode) {
    BounceFrame.enter(
        processor,
        "exception %d of iret".formatted(vector),
        processor.trapAddress[vector],
        (processor.trapFlags[vector] & PvProcessor.TRAP_MASKS_EVENTS) != 0,
        errorCode);
  }

  /** Loads CS and SS; gives the error code of what can't be loaded, or -1. */
  private int load(Cpu cpu, int codeSelector, int stackSelector, long rip) {
    if (!code.find(codeSelector)
        || !code.code()
        || !code.present()
        || code.dpl() != 3
        || code.longCode() && code.big()) {
      return codeSelector & 0xfffc;
    }
    if (!stack.find(stackSelector) || !stack.writable() || !stack.present() || stack.dpl() != 3) {
      return stackSelector & 0xfffc;
    }
    if (code.longCode() && rip << 16 >> 16 != rip) {
      return 0;
    }
    code.markAccessed();
    stack.markAccessed();
    code.load(Segments.CS);
    stack.load(Segments.SS);
    cpu.updateMode();
    return -1;
  }
}
