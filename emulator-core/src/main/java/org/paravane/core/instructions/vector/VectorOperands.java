package org.paravane.core.instructions.vector;

import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;

/**
 * Instructions by the shape of their operands, around an operation. XMM registers are given as the index of their low
 * half in {@code cpu.fpu.xmm}, MMX registers by number.
 */
final class VectorOperands {
  private VectorOperands() {}

  record XmmXmm(PackedOperation operation, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      operation.apply(cpu, destination, xmm[source], xmm[source + 1]);
    }
  }

  record XmmAligned(PackedOperation operation, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long linear = VectorMemory.alignedForRead(cpu, source);
      long low = cpu.memory.read64(linear, source.segment());
      operation.apply(cpu, destination, low, cpu.memory.read64(linear + 8, source.segment()));
    }
  }

  record XmmUnaligned(PackedOperation operation, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long linear = VectorMemory.forRead(cpu, source);
      long low = cpu.memory.read64(linear, source.segment());
      operation.apply(cpu, destination, low, cpu.memory.read64(linear + 8, source.segment()));
    }
  }

  /** A source of 8 to 64 bits, zero-extended. */
  record XmmPart(PackedOperation operation, int destination, MemoryOperand source, int bits)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      operation.apply(cpu, destination, source.read(cpu, bits), 0);
    }
  }

  record MmMm(LongBinaryOperator operation, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      FpuState fpu = cpu.fpu;
      fpu.enterMmx();
      fpu.mmx(
          destination,
          operation.applyAsLong(fpu.significand[destination], fpu.significand[source]));
    }
  }

  /** A source of 32 or 64 bits, zero-extended. */
  record MmMemory(LongBinaryOperator operation, int destination, MemoryOperand source, int bits)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      long value = source.read(cpu, bits);
      FpuState fpu = cpu.fpu;
      fpu.enterMmx();
      fpu.mmx(destination, operation.applyAsLong(fpu.significand[destination], value));
    }
  }
}
