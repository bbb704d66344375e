package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.cpu.X87Unit;
import org.paravane.core.decode.Decoded;

/**
 * What the unit has to know of an instruction besides its operands: whether it may execute now, and what is
 * remembered of it for exception handlers (SDM Vol. 1 8.1.8, 8.1.9).
 *
 * @param offset of its first byte, prefixes included, from the start of the block
 * @param mask what the program counter is cut to
 * @param opcode the 11 bits of its two opcode bytes that vary
 */
record Origin(int offset, long mask, int opcode) {
  private static final long UNAVAILABLE = ControlRegisters.CR0_EM | ControlRegisters.CR0_TS;

  static Origin of(Decoded d) {
    long mask =
        switch (d.mode() & CpuMode.CODE_SIZE) {
          case CpuMode.CODE64 -> -1L;
          case CpuMode.CODE32 -> 0xffff_ffffL;
          default -> 0xffff;
        };
    return new Origin(d.startOffset(), mask, (d.opcodeByte() & 7) << 8 | d.modrm());
  }

  /** Throws #NM if the unit is not to be used (SDM Vol. 3A 2.5): all that a no-wait instruction asks. */
  static void requireAvailable(Cpu cpu) {
    if ((cpu.control.cr0() & UNAVAILABLE) != 0) {
      throw cpu.fault(GuestFault.NM);
    }
  }

  /**
   * Throws #NM, or #MF if an unmasked exception is pending and CR0.NE is set. With NE clear a pending exception is
   * ignored, as by a processor whose IGNNE# is asserted.
   */
  static void await(Cpu cpu) {
    requireAvailable(cpu);
    raisePending(cpu);
  }

  /** Throws #MF if an unmasked exception is pending: see {@link #await}. */
  static void raisePending(Cpu cpu) {
    if (cpu.fpu.exceptionPending() && (cpu.control.cr0() & ControlRegisters.CR0_NE) != 0) {
      throw cpu.fault(GuestFault.MF);
    }
  }

  /** Remembers the instruction, which has no memory operand, and readies the unit's arithmetic. */
  X87Unit enter(Cpu cpu) {
    FpuState state = cpu.fpu;
    state.lastInstruction = cpu.rip() + offset & mask;
    state.lastInstructionSelector = cpu.segments.selector[Segments.CS];
    cpu.x87.opcode(opcode);
    cpu.x87.prepare();
    return cpu.x87;
  }

  /** Remembers the instruction and its memory operand, and readies the unit's arithmetic. */
  X87Unit enter(Cpu cpu, MemoryOperand operand) {
    FpuState state = cpu.fpu;
    state.lastOperand = operand.offset(cpu);
    state.lastOperandSelector = cpu.segments.selector[operand.segment()];
    return enter(cpu);
  }

  /** Begins an instruction without memory operand: {@link #await}, then {@link #enter(Cpu)}. */
  X87Unit begin(Cpu cpu) {
    await(cpu);
    return enter(cpu);
  }
}
