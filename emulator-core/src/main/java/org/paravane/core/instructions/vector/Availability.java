package org.paravane.core.instructions.vector;

import org.paravane.core.OutOfLine;
import org.paravane.core.OutOfLine.Registers;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

/** Whether vector instructions may execute, and how their floating-point exceptions reach the guest. */
public final class Availability {
  private Availability() {}

  /** Throws #UD or #NM unless SSE instructions may execute (SDM Vol. 3A 2.5, table 14-1). */
  static void requireSse(Cpu cpu) {
    if (!cpu.control.sseAvailable()) {
      throw unavailable(cpu, (cpu.control.cr4() & ControlRegisters.CR4_OSFXSR) == 0);
    }
  }

  /** Throws #UD, #NM or #MF unless MMX instructions may execute (SDM Vol. 3A table 13-1). */
  static void requireMmx(Cpu cpu) {
    if (!cpu.control.mmxAvailable()) {
      throw unavailable(cpu, false);
    }
    if (cpu.fpu.exceptionPending()) {
      throw cpu.fault(GuestFault.MF);
    }
  }

  /** Throws as for an instruction that uses both MMX and SSE state. */
  static void requireBoth(Cpu cpu) {
    requireSse(cpu);
    requireMmx(cpu);
  }

  /** Throws #UD or #NM if CR0.EM or CR0.TS says so: what FXSAVE and FXRSTOR ask. */
  static void requireFxsr(Cpu cpu) {
    if (!cpu.control.mmxAvailable()) {
      throw unavailable(cpu, false);
    }
  }

  private static GuestFault unavailable(Cpu cpu, boolean disabled) {
    boolean emulated = (cpu.control.cr0() & ControlRegisters.CR0_EM) != 0;
    return cpu.fault(disabled || emulated ? GuestFault.UD : GuestFault.NM);
  }

  /**
   * Ends the arithmetic of an instruction, before it writes its destination.
   *
   * @throws GuestFault #XM, or #UD without CR4.OSXMMEXCPT, if an unmasked exception was found
   */
  static void commit(Cpu cpu) {
    if (cpu.fpu.sse.commit()) {
      raise(cpu);
    }
  }

  /** Throws what an unmasked exception of arithmetic is to the guest: see {@link #commit}. */
  @OutOfLine(value = Registers.SEEN, rare = true)
  public static void raise(Cpu cpu) {
    boolean handled = (cpu.control.cr4() & ControlRegisters.CR4_OSXMMEXCPT) != 0;
    throw cpu.fault(handled ? GuestFault.XM : GuestFault.UD);
  }
}
