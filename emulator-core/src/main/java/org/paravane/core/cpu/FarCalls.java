package org.paravane.core.cpu;

/** Far JMP and CALL: to code segments and through call gates, task gates and TSSs (SDM Vol. 3A 5.8, 7.3). */
public final class FarCalls {
  private final Cpu cpu;
  private final Descriptor target;
  private final Descriptor stack;
  private final FrameStack frame;

  FarCalls(Cpu cpu) {
    this.cpu = cpu;
    target = new Descriptor(cpu);
    stack = new Descriptor(cpu);
    frame = new FrameStack(cpu);
  }

  /**
   * JMP far.
   *
   * @param offset cut to the operand size
   * @param returnRip address of the next instruction, which a task switch saves
   */
  public void jump(int selector, long offset, long returnRip) {
    if (cpu.control.paragraphSegments()) {
      requireWithinLimit(offset);
      enterParagraph(selector, offset);
      return;
    }
    findTarget(selector);
    if (target.system()) {
      throughSystemDescriptor(false, returnRip);
      return;
    }
    requireDirect();
    long rip = entry(offset);
    target.markAccessed();
    enter(cpu.cpl, rip);
  }

  /**
   * CALL far.
   *
   * @param bits operand size: 16, 32 or 64
   */
  public void call(int selector, long offset, int bits, long returnRip) {
    frame.current();
    if (cpu.control.paragraphSegments()) {
      requireWithinLimit(offset);
      frame.push(bits, cpu.segments.selector[Segments.CS]);
      frame.push(bits, returnRip);
      frame.commit();
      enterParagraph(selector, offset);
      return;
    }
    findTarget(selector);
    if (target.system()) {
      throughSystemDescriptor(true, returnRip);
      return;
    }
    requireDirect();
    long rip = entry(offset);
    target.markAccessed();
    frame.push(bits, cpu.segments.selector[Segments.CS]);
    frame.push(bits, returnRip);
    frame.commit();
    enter(cpu.cpl, rip);
  }

  private void requireWithinLimit(long offset) {
    if (offset > (cpu.segments.limit[Segments.CS] & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  private void enterParagraph(int selector, long offset) {
    cpu.segments.loadParagraph(Segments.CS, selector);
    cpu.rip(offset);
    cpu.updateMode();
  }

  private void findTarget(int selector) {
    if ((selector & 0xfffc) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    if (!target.find(selector)) {
      throw target.fault(GuestFault.GP);
    }
  }

  private void requireDirect() {
    boolean allowed =
        target.code()
            && (target.conforming()
                ? target.dpl() <= cpu.cpl
                : target.rpl() <= cpu.cpl && target.dpl() == cpu.cpl);
    if (!allowed || cpu.control.longModeActive() && target.longCode() && target.big()) {
      throw target.fault(GuestFault.GP);
    }
    if (!target.present()) {
      throw target.fault(GuestFault.NP);
    }
  }

  /** The checked program counter for an offset in the target. */
  private long entry(long offset) {
    if (cpu.control.longModeActive() && target.longCode()) {
      if (offset << 16 >> 16 != offset) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      return offset;
    }
    long rip = offset & 0xffff_ffffL;
    if (rip > (target.limit() & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return rip;
  }

  private void enter(int cpl, long rip) {
    cpu.segments.set(
        Segments.CS,
        target.selector() & 0xfffc | cpl,
        target.base(),
        target.limit(),
        target.rights());
    cpu.cpl = cpl;
    cpu.rip(rip);
    cpu.updateMode();
  }

  private void throughSystemDescriptor(boolean call, long returnRip) {
    boolean longMode = cpu.control.longModeActive();
    int type = target.type();
    boolean gate =
        type == Descriptor.TYPE_CALL_GATE || !longMode && type == Descriptor.TYPE_CALL_GATE16;
    boolean task =
        !longMode
            && (type == Descriptor.TYPE_TASK_GATE
                || type == Descriptor.TYPE_TSS
                || type == Descriptor.TYPE_TSS16);
    if (!gate && !task
        || target.dpl() < Math.max(cpu.cpl, target.rpl())
        || gate && longMode && !target.readUpper()) {
      throw target.fault(GuestFault.GP);
    }
    if (!target.present()) {
      throw target.fault(GuestFault.NP);
    }
    if (task) {
      int selector = type == Descriptor.TYPE_TASK_GATE ? target.gateSelector() : target.selector();
      cpu.taskSwitch.byInstruction(
          call ? TaskSwitch.Cause.CALL : TaskSwitch.Cause.JUMP, selector, returnRip);
    } else {
      throughCallGate(call, returnRip, longMode);
    }
  }

  private void throughCallGate(boolean call, long returnRip, boolean longMode) {
    int bits = longMode ? 64 : target.type() == Descriptor.TYPE_CALL_GATE ? 32 : 16;
    int parameters = target.gateParameters();
    long offset = target.gateOffset();
    findTarget(target.gateSelector());
    boolean inner = call && !target.conforming() && target.dpl() < cpu.cpl;
    boolean allowed =
        target.code()
            && (call || target.conforming() ? target.dpl() <= cpu.cpl : target.dpl() == cpu.cpl);
    if (!allowed || longMode && (!target.longCode() || target.big())) {
      throw target.fault(GuestFault.GP);
    }
    if (!target.present()) {
      throw target.fault(GuestFault.NP);
    }
    if (!call) {
      long rip = entry(offset);
      target.markAccessed();
      enter(cpu.cpl, rip);
      return;
    }
    int cpl = inner ? target.dpl() : cpu.cpl;
    if (!inner) {
      frame.current();
    } else if (longMode) {
      frame.flat(cpu.task.rsp(cpl), cpl);
    } else {
      cpu.task.innerStack(cpl, stack, frame);
    }
    long rip = entry(offset);
    target.markAccessed();
    if (inner) {
      frame.push(bits, cpu.segments.selector[Segments.SS]);
      frame.push(bits, cpu.gpr[Cpu.RSP]);
      if (!longMode) {
        for (int i = parameters - 1; i >= 0; i--) {
          frame.push(bits, cpu.stack.peek(i * bits / 8, bits));
        }
      }
    }
    frame.push(bits, cpu.segments.selector[Segments.CS]);
    frame.push(bits, returnRip);
    frame.commit();
    if (inner && longMode) {
      cpu.loader.loadNullStack(cpl);
    } else if (inner) {
      stack.load(Segments.SS);
    }
    enter(cpl, rip);
  }
}
