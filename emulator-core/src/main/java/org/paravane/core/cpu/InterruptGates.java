package org.paravane.core.cpu;

/**
 * The way of one event through the interrupt vector table or the IDT (SDM Vol. 3A 6.11 to 6.14, 20.1.4, 20.3). Nothing
 * but memory changes before the last fault that may happen on the way.
 */
final class InterruptGates {
  private static final int ERROR_IDT = 2;
  private static final int TYPE_TASK = 5;
  private static final int TYPE_INTERRUPT16 = 6;
  private static final int TYPE_TRAP16 = 7;
  private static final int TYPE_INTERRUPT = 14;
  private static final int TYPE_TRAP = 15;
  private static final int CLEARED = Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM;

  private final Cpu cpu;
  private final Segments segments;
  private final Descriptor code;
  private final Descriptor stack;
  private final FrameStack frame;

  private int vector;
  private boolean checkPrivilege;
  private boolean hasErrorCode;
  private int errorCode;
  private long returnRip;
  private int savedFlags;

  InterruptGates(Cpu cpu) {
    this.cpu = cpu;
    segments = cpu.segments;
    code = new Descriptor(cpu);
    stack = new Descriptor(cpu);
    frame = new FrameStack(cpu);
  }

  /**
   * Delivers.
   *
   * @param newCheckPrivilege the gate's DPL counts: INT n, INT3 and INTO
   * @param newReturnRip the program counter to save
   * @param newSavedFlags the RFLAGS to save
   * @throws GuestFault with an error code that lacks EXT
   */
  void deliver(
      int newVector,
      boolean newCheckPrivilege,
      boolean newHasErrorCode,
      int newErrorCode,
      long newReturnRip,
      int newSavedFlags) {
    vector = newVector;
    checkPrivilege = newCheckPrivilege;
    hasErrorCode = newHasErrorCode;
    errorCode = newErrorCode;
    returnRip = newReturnRip;
    savedFlags = newSavedFlags;
    if (!cpu.control.protectedMode()) {
      realMode();
    } else if (cpu.control.longModeActive()) {
      longMode();
    } else {
      protectedMode();
    }
  }

  private GuestFault gateFault(int fault) {
    return cpu.fault(fault, vector * 8 | ERROR_IDT);
  }

  private void realMode() {
    if (vector * 4 + 3 > segments.idtrLimit) {
      throw gateFault(GuestFault.GP);
    }
    int entry = (int) cpu.memory.systemRead(segments.idtrBase + vector * 4L, 32);
    frame.current();
    frame.push(16, savedFlags);
    frame.push(16, segments.selector[Segments.CS]);
    frame.push(16, returnRip);
    enterParagraph(entry);
  }

  private void enterParagraph(int entry) {
    frame.commit();
    cpu.rflags(cpu.rflags() & ~(Rflags.IF | Rflags.TF | Rflags.AC | Rflags.RF));
    segments.loadParagraph(Segments.CS, entry >>> 16);
    cpu.rip(entry & 0xffff);
    cpu.updateMode();
  }

  /** INT n of virtual-8086 mode through the program's own vector table (CR4.VME). */
  void toProgram(int newVector, long newReturnRip) {
    int entry = cpu.memory.read32(newVector * 4L, Segments.DS);
    int flags = cpu.rflags();
    boolean virtual = (flags >> 12 & 3) < 3;
    if (virtual) {
      flags = flags & ~Rflags.IF | ((flags & Rflags.VIF) != 0 ? Rflags.IF : 0) | Rflags.IOPL;
    }
    frame.current();
    frame.push(16, flags);
    frame.push(16, segments.selector[Segments.CS]);
    frame.push(16, newReturnRip);
    frame.commit();
    cpu.rflags(cpu.rflags() & ~(Rflags.TF | Rflags.NT | (virtual ? Rflags.VIF : Rflags.IF)));
    segments.loadParagraph(Segments.CS, entry >>> 16);
    cpu.rip(entry & 0xffff);
    cpu.updateMode();
  }

  private void checkGate(long gate) {
    if (checkPrivilege && (gate >>> 45 & 3) < cpu.cpl) {
      throw gateFault(GuestFault.GP);
    }
    if ((gate >>> 47 & 1) == 0) {
      throw gateFault(GuestFault.NP);
    }
  }

  private void findCode(int selector) {
    if ((selector & 0xfffc) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    if (!code.find(selector) || !code.code() || code.dpl() > cpu.cpl) {
      throw code.fault(GuestFault.GP);
    }
  }

  private void longMode() {
    if (vector * 16 + 15 > segments.idtrLimit) {
      throw gateFault(GuestFault.GP);
    }
    long gate = cpu.memory.systemRead(segments.idtrBase + vector * 16L, 64);
    int type = (int) (gate >>> 40) & 0x1f;
    if (type != TYPE_INTERRUPT && type != TYPE_TRAP) {
      throw gateFault(GuestFault.GP);
    }
    checkGate(gate);
    long upper = cpu.memory.systemRead(segments.idtrBase + vector * 16L + 8, 32);
    long target = gate & 0xffff | gate >>> 32 & 0xffff_0000L | upper << 32;
    findCode((int) (gate >>> 16) & 0xffff);
    if (!code.longCode() || code.big()) {
      throw code.fault(GuestFault.GP);
    }
    if (!code.present()) {
      throw code.fault(GuestFault.NP);
    }
    int cpl = code.conforming() ? cpu.cpl : code.dpl();
    boolean inner = cpl < cpu.cpl;
    int interruptStack = (int) (gate >>> 32) & 7;
    long pointer =
        interruptStack != 0
            ? cpu.task.interruptStack(interruptStack)
            : inner ? cpu.task.rsp(cpl) : cpu.gpr[Cpu.RSP];
    if (target << 16 >> 16 != target) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    code.markAccessed();
    frame.flat(pointer & ~15L, cpl);
    frame.push(64, segments.selector[Segments.SS]);
    frame.push(64, cpu.gpr[Cpu.RSP]);
    frame.push(64, savedFlags);
    frame.push(64, segments.selector[Segments.CS]);
    frame.push(64, returnRip);
    if (hasErrorCode) {
      frame.push(64, errorCode);
    }
    frame.commit();
    if (inner) {
      cpu.loader.loadNullStack(cpl);
    }
    enter(cpl, target, type == TYPE_INTERRUPT);
  }

  private void protectedMode() {
    if (vector * 8 + 7 > segments.idtrLimit) {
      throw gateFault(GuestFault.GP);
    }
    long gate = cpu.memory.systemRead(segments.idtrBase + vector * 8L, 64);
    int type = (int) (gate >>> 40) & 0x1f;
    switch (type) {
      case TYPE_TASK, TYPE_INTERRUPT16, TYPE_TRAP16, TYPE_INTERRUPT, TYPE_TRAP -> checkGate(gate);
      default -> throw gateFault(GuestFault.GP);
    }
    int selector = (int) (gate >>> 16) & 0xffff;
    if (type == TYPE_TASK) {
      toTask(selector);
      return;
    }
    int bits = (type & 8) != 0 ? 32 : 16;
    long target = gate & 0xffff | (bits == 32 ? gate >>> 32 & 0xffff_0000L : 0);
    findCode(selector);
    int cpl = code.conforming() ? cpu.cpl : code.dpl();
    boolean virtual8086 = (cpu.systemFlags & Rflags.VM) != 0;
    if (virtual8086 && cpl != 0) {
      throw code.fault(GuestFault.GP);
    }
    if (!code.present()) {
      throw code.fault(GuestFault.NP);
    }
    boolean inner = cpl < cpu.cpl;
    if (inner) {
      cpu.task.innerStack(cpl, stack, frame);
    } else {
      frame.current();
    }
    if (target > (code.limit() & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    code.markAccessed();
    if (virtual8086) {
      frame.push(bits, segments.selector[Segments.GS]);
      frame.push(bits, segments.selector[Segments.FS]);
      frame.push(bits, segments.selector[Segments.DS]);
      frame.push(bits, segments.selector[Segments.ES]);
    }
    if (inner) {
      frame.push(bits, segments.selector[Segments.SS]);
      frame.push(bits, cpu.gpr[Cpu.RSP]);
    }
    frame.push(bits, savedFlags);
    frame.push(bits, segments.selector[Segments.CS]);
    frame.push(bits, returnRip);
    if (hasErrorCode) {
      frame.push(bits, errorCode);
    }
    frame.commit();
    if (virtual8086) {
      for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
        if (segment != Segments.CS && segment != Segments.SS) {
          cpu.loader.loadNull(segment, 0);
        }
      }
    }
    if (inner) {
      stack.load(Segments.SS);
    }
    enter(cpl, target, (type & 1) == 0);
  }

  private void enter(int cpl, long target, boolean disableInterrupts) {
    segments.set(
        Segments.CS, code.selector() & 0xfffc | cpl, code.base(), code.limit(), code.rights());
    cpu.cpl = cpl;
    cpu.rip(target);
    cpu.systemFlags &= ~(disableInterrupts ? CLEARED | Rflags.IF : CLEARED);
    cpu.updateMode();
  }

  private void toTask(int selector) {
    cpu.taskSwitch.switchTo(TaskSwitch.Cause.INTERRUPT, selector, returnRip, savedFlags);
    if (hasErrorCode) {
      frame.current();
      frame.push((segments.rights[Segments.TR] & 8) != 0 ? 32 : 16, errorCode);
      frame.commit();
    }
  }
}
