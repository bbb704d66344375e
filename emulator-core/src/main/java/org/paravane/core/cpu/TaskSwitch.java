package org.paravane.core.cpu;

/** Hardware task switches between 16-bit and 32-bit task-state segments (SDM Vol. 3A 7.3). */
public final class TaskSwitch {
  /** What asks for a task switch. */
  enum Cause {
    JUMP,
    CALL,
    INTERRUPT,
    RETURN
  }

  private static final int[] SAVED_SEGMENTS = {
    Segments.ES, Segments.CS, Segments.SS, Segments.DS, Segments.FS, Segments.GS
  };
  private static final int LOCAL_ENABLES = 0x155;

  private final Cpu cpu;
  private final Segments segments;
  private final Descriptor next;
  private final Descriptor current;
  private final Descriptor part;
  private final long[] registers = new long[8];
  private final int[] selectors = new int[6];
  private boolean committed;

  TaskSwitch(Cpu cpu) {
    this.cpu = cpu;
    segments = cpu.segments;
    next = new Descriptor(cpu);
    current = new Descriptor(cpu);
    part = new Descriptor(cpu);
  }

  /** The task that the current one was called from. */
  int previousTask() {
    return (int) cpu.memory.systemRead(segments.base[Segments.TR], 16);
  }

  /** Switches for an instruction; a fault in the new task's state is delivered in the new task. */
  void byInstruction(Cause cause, int selector, long nextRip) {
    try {
      switchTo(cause, selector, nextRip, cpu.rflags() & ~Rflags.RF);
    } catch (GuestFault fault) {
      if (!changedTask()) {
        throw fault;
      }
      cpu.events.deliverFault(fault);
    }
  }

  /** Tells whether a fault thrown by an instruction or event belongs to a new task; asked once. */
  boolean changedTask() {
    boolean changed = committed;
    committed = false;
    return changed;
  }

  /**
   * Switches tasks.
   *
   * @param rip what the old task continues at
   * @param flags what the old task continues with
   * @throws GuestFault of the old task, or, if its state is saved already, of the new one
   */
  void switchTo(Cause cause, int selector, long rip, int flags) {
    committed = false;
    // A switch ends the block, whose code it may overwrite.
    cpu.memory.currentCode(LinearMemory.CodeRange.NONE);
    checkNext(cause, selector);
    boolean wide = (next.type() & 8) != 0;
    int extent = wide ? 0x68 : 0x2c;
    cpu.memory.systemRead(next.base(), 8);
    cpu.memory.systemRead(next.base() + extent - 1, 8);
    save(rip, cause == Cause.RETURN ? flags & ~Rflags.NT : flags);
    int old = segments.selector[Segments.TR];
    if ((cause == Cause.JUMP || cause == Cause.RETURN) && current.find(old)) {
      current.markBusy(false);
    }
    boolean nested = cause == Cause.CALL || cause == Cause.INTERRUPT;
    if (nested) {
      cpu.memory.systemWrite(next.base(), 16, old);
    }
    if (cause != Cause.RETURN) {
      next.markBusy(true);
    }
    load(wide, nested);
  }

  private void checkNext(Cause cause, int selector) {
    int vector = cause == Cause.RETURN ? GuestFault.TS : GuestFault.GP;
    boolean found = (selector & 4) == 0 && (selector & 0xfffc) != 0 && next.find(selector);
    int available = cause == Cause.RETURN ? Descriptor.TYPE_BUSY : 0;
    if (!found || !next.system() || (next.type() & ~8) != (Descriptor.TYPE_TSS16 | available)) {
      throw cpu.fault(vector, selector & 0xfffc);
    }
    if (!next.present()) {
      throw next.fault(GuestFault.NP);
    }
    if ((next.limit() & 0xffff_ffffL) < ((next.type() & 8) != 0 ? 0x67 : 0x2b)) {
      throw next.fault(GuestFault.TS);
    }
  }

  private void save(long rip, int flags) {
    long tss = segments.base[Segments.TR];
    boolean wide = (segments.rights[Segments.TR] & 8) != 0;
    int bits = wide ? 32 : 16;
    int bytes = bits >> 3;
    long at = tss + (wide ? 0x20 : 14);
    // The last field first: a page fault here must come before anything is saved.
    cpu.memory.systemRead(tss + (wide ? 0x5c : 40), 16);
    cpu.memory.systemWrite(at, bits, rip);
    cpu.memory.systemWrite(at + bytes, bits, flags);
    at += 2L * bytes;
    for (int register = 0; register < 8; register++, at += bytes) {
      cpu.memory.systemWrite(at, bits, cpu.gpr[register]);
    }
    for (int i = 0; i < (wide ? 6 : 4); i++, at += bytes) {
      cpu.memory.systemWrite(at, 16, segments.selector[SAVED_SEGMENTS[i]]);
    }
  }

  private void load(boolean wide, boolean nested) {
    long tss = next.base();
    int bits = wide ? 32 : 16;
    int bytes = bits >> 3;
    long cr3 = wide ? cpu.memory.systemRead(tss + 0x1c, 32) : 0;
    long at = tss + (wide ? 0x20 : 14);
    final long rip = cpu.memory.systemRead(at, bits);
    int flags = (int) cpu.memory.systemRead(at + bytes, bits);
    at += 2L * bytes;
    for (int register = 0; register < 8; register++, at += bytes) {
      registers[register] = cpu.memory.systemRead(at, bits);
    }
    java.util.Arrays.fill(selectors, 0);
    for (int i = 0; i < (wide ? 6 : 4); i++, at += bytes) {
      selectors[i] = (int) cpu.memory.systemRead(at, 16);
    }
    final int ldt = (int) cpu.memory.systemRead(at, 16);
    final boolean debugTrap = wide && (cpu.memory.systemRead(tss + 0x64, 8) & 1) != 0;

    committed = true;
    cpu.control.taskSwitched(true);
    next.load(Segments.TR);
    segments.rights[Segments.TR] |= Descriptor.TYPE_BUSY;
    cpu.debug.dr7(cpu.debug.dr7() & ~LOCAL_ENABLES);
    cpu.rip(rip);
    for (int register = 0; register < 8; register++) {
      cpu.gpr[register] =
          wide ? registers[register] : cpu.gpr[register] & 0xffff_0000L | registers[register];
    }
    boolean virtual8086 = wide && (flags & Rflags.VM) != 0;
    cpu.cpl = virtual8086 ? 3 : selectors[1] & 3;
    cpu.rflags((wide ? flags : flags & 0xffff) | (nested ? Rflags.NT : 0));
    for (int i = 0; i < 6; i++) {
      segments.set(SAVED_SEGMENTS[i], selectors[i], 0, 0, Segments.RIGHT_UNUSABLE);
    }
    segments.set(Segments.LDTR, ldt, 0, 0, Segments.RIGHT_UNUSABLE);
    cpu.updateMode();
    if (wide && cpu.control.pagingEnabled()) {
      cpu.control.writeCr3(cr3);
    }
    loadLdt(ldt);
    if (virtual8086) {
      for (int i = 0; i < 6; i++) {
        segments.loadParagraph(SAVED_SEGMENTS[i], selectors[i]);
      }
    } else {
      loadStack(selectors[2]);
      loadCode(selectors[1]);
      for (int i = 0; i < 6; i++) {
        if (i != 1 && i != 2) {
          loadData(SAVED_SEGMENTS[i], selectors[i]);
        }
      }
    }
    cpu.updateMode();
    if (debugTrap) {
      cpu.debug.trigger(DebugRegisters.DR6_BT);
    }
    if (rip > (segments.limit[Segments.CS] & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    committed = false;
  }

  private void loadLdt(int selector) {
    if ((selector & 0xfffc) == 0) {
      return;
    }
    if ((selector & 4) != 0
        || !part.find(selector)
        || !part.system()
        || part.type() != Descriptor.TYPE_LDT
        || !part.present()) {
      throw cpu.fault(GuestFault.TS, selector & 0xfffc);
    }
    part.load(Segments.LDTR);
  }

  private void loadStack(int selector) {
    if ((selector & 0xfffc) == 0
        || !part.find(selector)
        || !part.writable()
        || part.dpl() != cpu.cpl
        || part.rpl() != cpu.cpl) {
      throw cpu.fault(GuestFault.TS, selector & 0xfffc);
    }
    if (!part.present()) {
      throw part.fault(GuestFault.SS);
    }
    part.markAccessed();
    part.load(Segments.SS);
  }

  private void loadCode(int selector) {
    if ((selector & 0xfffc) == 0
        || !part.find(selector)
        || !part.code()
        || (part.conforming() ? part.dpl() > part.rpl() : part.dpl() != part.rpl())) {
      throw cpu.fault(GuestFault.TS, selector & 0xfffc);
    }
    if (!part.present()) {
      throw part.fault(GuestFault.NP);
    }
    part.markAccessed();
    part.load(Segments.CS);
    cpu.updateMode();
  }

  private void loadData(int segment, int selector) {
    if ((selector & 0xfffc) == 0) {
      return;
    }
    if (!part.find(selector)
        || !part.readable()
        || !part.conforming() && part.dpl() < Math.max(cpu.cpl, part.rpl())) {
      throw cpu.fault(GuestFault.TS, selector & 0xfffc);
    }
    if (!part.present()) {
      throw part.fault(GuestFault.NP);
    }
    part.markAccessed();
    part.load(segment);
  }
}
