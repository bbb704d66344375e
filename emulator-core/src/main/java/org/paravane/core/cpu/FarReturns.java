package org.paravane.core.cpu;

/** Far RET and IRET (SDM Vol. 2 RET, IRET; Vol. 3A 5.8.6, 20.2.4, 20.3). */
public final class FarReturns {
  private static final int FLAGS_16 = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT;
  private static final int FLAGS_32 = FLAGS_16 | Rflags.RF | Rflags.AC | Rflags.ID;

  private final Cpu cpu;
  private final Segments segments;
  private final Descriptor code;
  private final Descriptor stack;

  FarReturns(Cpu cpu) {
    this.cpu = cpu;
    segments = cpu.segments;
    code = new Descriptor(cpu);
    stack = new Descriptor(cpu);
  }

  /**
   * RET far.
   *
   * @param bits operand size: 16, 32 or 64
   * @param parameterBytes what it pops besides, 0 to 65535
   */
  public void farReturn(int bits, int parameterBytes) {
    int bytes = bits >> 3;
    long rip = cpu.stack.peek(0, bits);
    int selector = (int) cpu.stack.peek(bytes, bits) & 0xffff;
    if (cpu.control.paragraphSegments()) {
      requireWithin(rip, segments.limit[Segments.CS]);
      cpu.gpr[Cpu.RSP] = cpu.stack.after(2L * bytes + parameterBytes);
      enterParagraph(selector, rip);
      return;
    }
    checkCode(selector);
    if (code.rpl() == cpu.cpl) {
      long pointer = cpu.stack.after(2L * bytes + parameterBytes);
      enterCode(rip);
      cpu.gpr[Cpu.RSP] = pointer;
    } else {
      toOuter(rip, bits, 2 * bytes + parameterBytes, parameterBytes);
    }
  }

  /**
   * IRET.
   *
   * @param bits operand size: 16, 32 or 64
   * @param nextRip address of the next instruction, which a return to another task saves
   */
  public void interruptReturn(int bits, long nextRip) {
    cpu.events.unblockNmi();
    if ((cpu.systemFlags & Rflags.VM) != 0) {
      fromVirtual8086(bits);
      return;
    }
    boolean protectedMode = cpu.control.protectedMode();
    if (protectedMode && (cpu.systemFlags & Rflags.NT) != 0) {
      if (cpu.control.longModeActive()) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      cpu.taskSwitch.byInstruction(TaskSwitch.Cause.RETURN, cpu.taskSwitch.previousTask(), nextRip);
      return;
    }
    int bytes = bits >> 3;
    long rip = cpu.stack.peek(0, bits);
    int selector = (int) cpu.stack.peek(bytes, bits) & 0xffff;
    int flags = (int) cpu.stack.peek(2 * bytes, bits);
    if (!protectedMode) {
      requireWithin(rip, segments.limit[Segments.CS]);
      cpu.gpr[Cpu.RSP] = cpu.stack.after(3L * bytes);
      enterParagraph(selector, rip);
      loadFlags(flags, (bits == 16 ? FLAGS_16 : FLAGS_32) | Rflags.IF | Rflags.IOPL);
      return;
    }
    if ((flags & Rflags.VM) != 0 && bits == 32 && cpu.cpl == 0 && !cpu.control.longModeActive()) {
      toVirtual8086(rip, selector, flags);
      return;
    }
    int changeable = changeableFlags(bits);
    checkCode(selector);
    if (code.rpl() != cpu.cpl || CpuMode.is64(cpu.mode)) {
      toOuter(rip, bits, 3 * bytes, 0);
    } else {
      long pointer = cpu.stack.after(3L * bytes);
      enterCode(rip);
      cpu.gpr[Cpu.RSP] = pointer;
    }
    loadFlags(flags, changeable);
  }

  private int changeableFlags(int bits) {
    int mask = bits == 16 ? FLAGS_16 : FLAGS_32;
    if (cpu.cpl <= ioPrivilege()) {
      mask |= Rflags.IF;
    }
    if (cpu.cpl == 0) {
      mask |= Rflags.IOPL | (bits == 16 ? 0 : Rflags.VIF | Rflags.VIP);
    }
    return mask;
  }

  private int ioPrivilege() {
    return cpu.systemFlags >> 12 & 3;
  }

  private void loadFlags(int flags, int mask) {
    cpu.rflags(cpu.rflags() & ~mask | flags & mask);
  }

  private void requireWithin(long rip, int limit) {
    if (rip > (limit & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  private void enterParagraph(int selector, long rip) {
    segments.loadParagraph(Segments.CS, selector);
    cpu.rip(rip);
    cpu.updateMode();
  }

  private void checkCode(int selector) {
    if ((selector & 0xfffc) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    if (!code.find(selector)
        || !code.code()
        || code.rpl() < cpu.cpl
        || (code.conforming() ? code.dpl() > code.rpl() : code.dpl() != code.rpl())
        || cpu.control.longModeActive() && code.longCode() && code.big()) {
      throw code.fault(GuestFault.GP);
    }
    if (!code.present()) {
      throw code.fault(GuestFault.NP);
    }
  }

  private boolean to64BitMode() {
    return cpu.control.longModeActive() && code.longCode();
  }

  private void checkTarget(long rip) {
    if (to64BitMode()) {
      if (rip << 16 >> 16 != rip) {
        throw cpu.fault(GuestFault.GP, 0);
      }
    } else {
      requireWithin(rip & 0xffff_ffffL, code.limit());
    }
  }

  private void enterCode(long rip) {
    checkTarget(rip);
    code.markAccessed();
    commitCode(rip);
  }

  private void commitCode(long rip) {
    code.load(Segments.CS);
    cpu.cpl = code.rpl();
    cpu.rip(to64BitMode() ? rip : rip & 0xffff_ffffL);
    cpu.updateMode();
  }

  /** Returns with a change of stack; the new stack pointer and SS lie {@code above} bytes above the old one. */
  private void toOuter(long rip, int bits, int above, int parameterBytes) {
    long pointer = cpu.stack.peek(above, bits);
    int selector = (int) cpu.stack.peek(above + (bits >> 3), bits) & 0xffff;
    boolean nullStack = (selector & 0xfffc) == 0;
    if (nullStack) {
      if (!to64BitMode() || code.rpl() == 3 || (selector & 3) != code.rpl()) {
        throw cpu.fault(GuestFault.GP, 0);
      }
    } else {
      if (!stack.find(selector)
          || stack.rpl() != code.rpl()
          || !stack.writable()
          || stack.dpl() != code.rpl()) {
        throw stack.fault(GuestFault.GP);
      }
      if (!stack.present()) {
        throw stack.fault(GuestFault.SS);
      }
    }
    checkTarget(rip);
    code.markAccessed();
    if (!nullStack) {
      stack.markAccessed();
    }
    boolean outer = code.rpl() != cpu.cpl;
    commitCode(rip);
    if (nullStack) {
      cpu.loader.loadNullStack(selector);
    } else {
      stack.load(Segments.SS);
    }
    cpu.updateMode();
    cpu.stack.pointer(pointer + parameterBytes);
    if (outer) {
      cpu.loader.dropInaccessibleData();
      cpu.updateMode();
    }
  }

  private void toVirtual8086(long rip, int selector, int flags) {
    long pointer = cpu.stack.peek(12, 32);
    int newStack = (int) cpu.stack.peek(16, 32);
    int es = (int) cpu.stack.peek(20, 32);
    int ds = (int) cpu.stack.peek(24, 32);
    int fs = (int) cpu.stack.peek(28, 32);
    int gs = (int) cpu.stack.peek(32, 32);
    requireWithin(rip, 0xffff);
    cpu.cpl = 3;
    loadFlags(flags, Rflags.STATUS | Rflags.SYSTEM);
    segments.loadParagraph(Segments.CS, selector);
    segments.loadParagraph(Segments.SS, newStack);
    segments.loadParagraph(Segments.ES, es);
    segments.loadParagraph(Segments.DS, ds);
    segments.loadParagraph(Segments.FS, fs);
    segments.loadParagraph(Segments.GS, gs);
    cpu.gpr[Cpu.RSP] = pointer;
    cpu.rip(rip);
    cpu.updateMode();
  }

  private void fromVirtual8086(int bits) {
    boolean trusted = ioPrivilege() == 3;
    if (!trusted && ((cpu.control.cr4() & ControlRegisters.CR4_VME) == 0 || bits != 16)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    int bytes = bits >> 3;
    long rip = cpu.stack.peek(0, bits);
    int selector = (int) cpu.stack.peek(bytes, bits) & 0xffff;
    int flags = (int) cpu.stack.peek(2 * bytes, bits);
    requireWithin(rip, segments.limit[Segments.CS]);
    int mask = bits == 16 ? FLAGS_16 : FLAGS_32;
    if (trusted) {
      mask |= Rflags.IF;
    } else {
      boolean enables = (flags & Rflags.IF) != 0;
      if (enables && (cpu.systemFlags & Rflags.VIP) != 0 || (flags & Rflags.TF) != 0) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      mask |= Rflags.VIF;
      flags = enables ? flags | Rflags.VIF : flags & ~Rflags.VIF;
    }
    cpu.gpr[Cpu.RSP] = cpu.stack.after(3L * bytes);
    enterParagraph(selector, rip);
    loadFlags(flags, mask);
  }
}
