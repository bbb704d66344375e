package org.paravane.core.cpu;

/**
 * Delivery of exceptions, interrupts and INT n through the IDT (SDM Vol. 3A chapter 6), and what waits to be delivered
 * at the next instruction boundary.
 */
public final class EventDelivery implements ProcessorSignals {
  /** What a processor does. */
  public enum Activity {
    /** It executes instructions. */
    RUNNING,
    /** It waits for an interrupt after HLT. */
    HALTED,
    /** It waits for a start-up IPI, and neither interrupts nor NMIs reach it. */
    WAIT_FOR_SIPI,
    /** A hypervisor has taken it off: only the hypervisor, or INIT, changes that. */
    OFFLINE,
    /** A triple fault stopped it. */
    SHUTDOWN
  }

  private static final int CONTRIBUTORY =
      1 << GuestFault.DE
          | 1 << GuestFault.TS
          | 1 << GuestFault.NP
          | 1 << GuestFault.SS
          | 1 << GuestFault.GP;
  private static final int SELECTOR_ERRORS =
      1 << GuestFault.TS | 1 << GuestFault.NP | 1 << GuestFault.SS | 1 << GuestFault.GP;
  private static final int EXT = 1;

  /** Vectors that processors keep for exceptions. */
  public static final int EXCEPTIONS = 32;

  private final Cpu cpu;
  private final InterruptGates gates;
  private Activity activity = Activity.RUNNING;
  private boolean nmiPending;
  private boolean nmiBlocked;
  private boolean interruptShadow;
  private boolean debugShadow;
  private boolean kicked;
  private final long[] exceptions = new long[EXCEPTIONS];
  private long interrupts;

  EventDelivery(Cpu cpu) {
    this.cpu = cpu;
    gates = new InterruptGates(cpu);
  }

  void reset() {
    activity = Activity.RUNNING;
    nmiPending = false;
    nmiBlocked = false;
    endInterruptShadow();
    kicked = false;
  }

  /** How many exceptions of {@code vector}, 0 to 31, were delivered; INT n and what follows from a delivery do not count. */
  public long exceptions(int vector) {
    return exceptions[vector];
  }

  /** How many interrupts and NMIs were delivered. */
  public long interrupts() {
    return interrupts;
  }

  /** What the processor does now. */
  public Activity activity() {
    return activity;
  }

  /** Changes what the processor does. */
  public void activity(Activity next) {
    if (next == Activity.HALTED && kicked) {
      kicked = false;
    } else {
      activity = next;
    }
    cpu.attention();
  }

  /** Tells whether interrupts and NMIs can reach the processor. */
  public boolean listening() {
    return activity == Activity.RUNNING || activity == Activity.HALTED;
  }

  /** Ends HLT without an interrupt; a processor that executes instructions passes over the next HLT instead. */
  public void kick() {
    if (activity == Activity.HALTED) {
      activity(Activity.RUNNING);
    } else {
      kicked = activity == Activity.RUNNING;
    }
  }

  /** Says that STI, MOV SS or POP SS was executed: interrupts wait for one more instruction. */
  public void shadowInterrupts() {
    interruptShadow = true;
    cpu.attention();
  }

  /** Says that MOV SS or POP SS was executed: debug exceptions wait with the interrupts (SDM Vol. 3A 6.8.3). */
  public void shadowInterruptsAndDebug() {
    debugShadow = true;
    shadowInterrupts();
  }

  /** Tells whether debug exceptions wait for one more instruction. */
  public boolean debugShadow() {
    return debugShadow;
  }

  /** Tells whether interrupts wait for one more instruction. */
  public boolean interruptShadow() {
    return interruptShadow;
  }

  /** Says that an instruction was executed since {@link #shadowInterrupts()}. */
  public void endInterruptShadow() {
    interruptShadow = false;
    debugShadow = false;
  }

  /** Says that IRET was executed: NMIs are no longer blocked. */
  public void unblockNmi() {
    if (nmiBlocked) {
      nmiBlocked = false;
      cpu.attention();
    }
  }

  /** Tells whether a non-maskable interrupt can be delivered now. */
  public boolean nmiDeliverable() {
    return nmiPending && !nmiBlocked && !interruptShadow;
  }

  // Delivery: RIP is that of the instruction that is to be continued with

  /** Delivers a fault; RIP is that of the faulting instruction. */
  public void deliverFault(GuestFault fault) {
    deliver(
        fault.vector(), true, fault.errorCode(), fault.vector() == GuestFault.DF ? 0 : Rflags.RF);
  }

  /** Delivers an external interrupt. */
  public void deliverInterrupt(int vector) {
    deliver(vector, false, 0, 0);
  }

  /** Delivers the pending non-maskable interrupt; others are blocked until IRET. */
  public void deliverNmi() {
    nmiPending = false;
    nmiBlocked = true;
    deliver(GuestFault.NMI, false, 0, 0);
  }

  /** Delivers a debug exception of the trap class: DR6 gets {@code causes}. */
  public void deliverDebugTrap(long causes) {
    cpu.debug.dr6(cpu.debug.dr6() | causes);
    deliver(GuestFault.DB, true, 0, 0);
  }

  /** Delivers the debug exception of an instruction breakpoint, a fault: DR6 gets {@code causes}. */
  public void deliverDebugFault(long causes) {
    cpu.debug.dr6(cpu.debug.dr6() | causes);
    deliver(GuestFault.DB, true, 0, Rflags.RF);
  }

  /** INT n; not counted, for the instruction is. */
  public void deliverInterruptInstruction(int vector, long nextRip) {
    cpu.debug.cancelStep();
    if ((cpu.systemFlags & Rflags.VM) != 0) {
      if ((cpu.control.cr4() & ControlRegisters.CR4_VME) != 0
          && cpu.task.redirectsToProgram(vector)) {
        gates.toProgram(vector, nextRip);
        return;
      }
      if ((cpu.systemFlags & Rflags.IOPL) != Rflags.IOPL) {
        throw cpu.fault(GuestFault.GP, 0);
      }
    }
    deliverSoftware(vector, nextRip);
  }

  /**
   * INT3, INTO, and what is left of INT n; not counted, for the instruction is.
   *
   * @param nextRip address behind the instruction
   * @throws GuestFault of the instruction, if it is refused
   */
  public void deliverSoftware(int vector, long nextRip) {
    cpu.debug.cancelStep();
    tell(CpuListener.Source.INSTRUCTION, vector, 0);
    if (toPlatform(vector, nextRip)) {
      return;
    }
    int flags = cpu.rflags() & ~Rflags.RF;
    cpu.memory.currentCode(LinearMemory.CodeRange.NONE);
    try {
      gates.deliver(vector, true, false, 0, nextRip, flags);
    } catch (GuestFault fault) {
      if (!cpu.taskSwitch.changedTask()) {
        throw fault;
      }
      deliverFault(fault);
    }
  }

  /** INT1: a debug exception that no gate's DPL holds off. */
  public void deliverInt1(long nextRip) {
    cpu.debug.cancelStep();
    if (toPlatform(GuestFault.DB, nextRip)) {
      return;
    }
    cpu.rip(nextRip);
    deliverUncounted(GuestFault.DB, true, 0, 0);
  }

  private boolean toPlatform(int vector, long nextRip) {
    Deprivileged hypervisor = cpu.platform.deprivileged();
    if (hypervisor == null) {
      return false;
    }
    long start = cpu.rip();
    boolean done = false;
    try {
      cpu.rip(nextRip);
      done = hypervisor.deliver(cpu, vector, true, 0);
    } finally {
      if (!done) {
        cpu.rip(start);
      }
    }
    return done;
  }

  private void deliver(int first, boolean isException, int firstErrorCode, int firstRestart) {
    cpu.instructions++;
    deliverUncounted(first, isException, firstErrorCode, firstRestart);
  }

  private void deliverUncounted(
      int first, boolean isException, int firstErrorCode, int firstRestart) {
    // Nothing of the block that was executed is left to be executed, so a frame may overwrite its
    // code.
    cpu.memory.currentCode(LinearMemory.CodeRange.NONE);
    endInterruptShadow();
    if (isException) {
      exceptions[first]++;
    } else {
      interrupts++;
    }
    if (activity == Activity.HALTED) {
      activity = Activity.RUNNING;
    }
    int vector = first;
    boolean exception = isException;
    int errorCode = firstErrorCode;
    int restart = firstRestart;
    int alignmentChecks = first == GuestFault.AC ? 1 : 0;
    Deprivileged hypervisor = cpu.platform.deprivileged();
    while (true) {
      tell(
          exception ? CpuListener.Source.EXCEPTION : CpuListener.Source.INTERRUPT,
          vector,
          errorCode);
      try {
        if (hypervisor != null && hypervisor.deliver(cpu, vector, false, errorCode)) {
          return;
        }
        boolean hasErrorCode =
            exception && GuestFault.hasErrorCode(vector) && cpu.control.protectedMode();
        gates.deliver(vector, false, hasErrorCode, errorCode, cpu.rip(), cpu.rflags() | restart);
        if (exception && vector == GuestFault.DB) {
          cpu.debug.clearGeneralDetect();
        }
        return;
      } catch (GuestFault fault) {
        cpu.taskSwitch.changedTask();
        int second = fault.vector();
        if (second == GuestFault.AC && alignmentChecks++ > 0) {
          // A handler's misaligned stack: a processor tries for ever. Here the instruction is tried
          // again, so time goes on.
          return;
        }
        int code = in(SELECTOR_ERRORS, second) ? fault.errorCode() | EXT : fault.errorCode();
        if (exception
            && vector == GuestFault.DF
            && (in(CONTRIBUTORY, second) || second == GuestFault.PF)) {
          activity(Activity.SHUTDOWN);
          return;
        }
        if (exception && doubleFault(vector, second)) {
          vector = GuestFault.DF;
          errorCode = 0;
        } else {
          vector = second;
          errorCode = code;
        }
        exception = true;
        restart = vector == GuestFault.DF ? 0 : Rflags.RF;
      }
    }
  }

  private void tell(CpuListener.Source source, int vector, int errorCode) {
    if (cpu.listener != null) {
      cpu.listener.event(cpu, source, vector, errorCode);
    }
  }

  /** SDM Vol. 3A table 6-5. */
  private static boolean doubleFault(int first, int second) {
    if (in(CONTRIBUTORY, first)) {
      return in(CONTRIBUTORY, second);
    }
    return first == GuestFault.PF && (second == GuestFault.PF || in(CONTRIBUTORY, second));
  }

  private static boolean in(int vectors, int vector) {
    return vector < 32 && (vectors >> vector & 1) != 0;
  }

  @Override
  public void interruptRequested() {
    cpu.attention();
  }

  @Override
  public void nmi() {
    nmiPending = true;
    cpu.attention();
  }

  @Override
  public void init() {
    cpu.reset();
    activity(Activity.WAIT_FOR_SIPI);
  }

  @Override
  public void startup(int vector) {
    if (activity == Activity.WAIT_FOR_SIPI) {
      cpu.segments.set(
          Segments.CS, vector << 8, (long) vector << 12, 0xffff, cpu.segments.rights[Segments.CS]);
      cpu.rip(0);
      activity(Activity.RUNNING);
    }
  }
}
