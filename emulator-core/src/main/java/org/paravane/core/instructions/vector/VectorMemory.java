package org.paravane.core.instructions.vector;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.MemoryOperand;

/** Access to 128-bit memory operands (SDM Vol. 1 4.1.1, 10.2): addresses and whole stores. */
final class VectorMemory {
  private static final int BYTES = 16;
  private static final int LAST_WITHIN_PAGE = 0x1000 - BYTES;

  private VectorMemory() {}

  /** Linear address of 16 bytes to be read; #GP(0) if not aligned. */
  static long alignedForRead(Cpu cpu, MemoryOperand operand) {
    return aligned(cpu, operand.forRead(cpu, BYTES));
  }

  /** Linear address of 16 bytes to be read, aligned or not. */
  static long forRead(Cpu cpu, MemoryOperand operand) {
    return operand.forRead(cpu, BYTES);
  }

  /** Writes 16 bytes; #GP(0) if not aligned. */
  static void writeAligned(Cpu cpu, MemoryOperand operand, long low, long high) {
    long linear = aligned(cpu, operand.forWrite(cpu, BYTES));
    cpu.memory.write64(linear, operand.segment(), low);
    cpu.memory.write64(linear + 8, operand.segment(), high);
  }

  /** Writes 16 bytes, all or none. */
  static void write(Cpu cpu, MemoryOperand operand, long low, long high) {
    long linear = operand.forWrite(cpu, BYTES);
    if ((linear & 0xfff) > LAST_WITHIN_PAGE) {
      cpu.memory.requireWritable(linear, operand.segment(), BYTES);
    }
    cpu.memory.write64(linear, operand.segment(), low);
    cpu.memory.write64(linear + 8, operand.segment(), high);
  }

  private static long aligned(Cpu cpu, long linear) {
    if ((linear & BYTES - 1) != 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return linear;
  }
}
