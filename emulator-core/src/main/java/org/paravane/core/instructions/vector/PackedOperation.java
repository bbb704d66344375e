package org.paravane.core.instructions.vector;

import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Cpu;

/** What an instruction does with an XMM register and a second operand. Stateless but for immediates. */
@FunctionalInterface
interface PackedOperation {
  /**
   * Carries it out.
   *
   * @param destination index of the destination's low half in {@code cpu.fpu.xmm}
   * @param low low half of the source; all there is of a source of 64 bits or less
   * @param high high half of the source
   */
  void apply(Cpu cpu, int destination, long low, long high);

  /** The same operation on both halves. */
  static PackedOperation halves(LongBinaryOperator operation) {
    return (cpu, destination, low, high) -> {
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = operation.applyAsLong(xmm[destination], low);
      xmm[destination + 1] = operation.applyAsLong(xmm[destination + 1], high);
    };
  }

  /** The low half from both halves of the destination, the high half from both of the source. */
  static PackedOperation horizontal(LongBinaryOperator operation) {
    return (cpu, destination, low, high) -> {
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = operation.applyAsLong(xmm[destination], xmm[destination + 1]);
      xmm[destination + 1] = operation.applyAsLong(low, high);
    };
  }

  /** Both halves with the source's low half: a shift by a count. */
  static PackedOperation counted(LongBinaryOperator operation) {
    return (cpu, destination, low, high) -> {
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = operation.applyAsLong(xmm[destination], low);
      xmm[destination + 1] = operation.applyAsLong(xmm[destination + 1], low);
    };
  }
}
