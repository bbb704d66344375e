package org.paravane.core.instructions.vector;

import java.util.function.IntFunction;
import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.InstructionFactory;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OpcodeMap;

/** Adds rows of vector instructions, all of which may fault because the state they need may be unavailable. */
final class VectorRows {
  private final OpcodeMap map;

  VectorRows(OpcodeMap map) {
    this.map = map;
  }

  /** Adds any row. */
  void add(
      String feature,
      String encoding,
      String mnemonic,
      String operands,
      InstructionFactory factory) {
    map.add(feature, encoding, mnemonic, operands, factory, Opcode.Trait.MAY_FAULT);
  }

  /** Adds a row that sets all six status flags. */
  void addWithFlags(
      String feature,
      String encoding,
      String mnemonic,
      String operands,
      InstructionFactory factory) {
    map.add(
        feature,
        encoding,
        mnemonic,
        operands,
        factory,
        Opcode.Trait.MAY_FAULT,
        Opcode.Trait.WRITES_FLAGS);
  }

  /** Adds an operation on XMM registers whose memory operand has 128 bits and must be aligned. */
  void xmm(String feature, String encoding, String mnemonic, PackedOperation operation) {
    add(feature, encoding, mnemonic, "Vdq,Wdq", d -> xmm(d, operation));
  }

  /** The same with an immediate byte, from which the operation is made. */
  void xmmImmediate(
      String feature, String encoding, String mnemonic, IntFunction<PackedOperation> operation) {
    add(
        feature,
        encoding,
        mnemonic,
        "Vdq,Wdq,Ib",
        d -> xmm(d, operation.apply((int) d.immediate() & 0xff)));
  }

  /** Adds an operation on MMX registers. */
  void mmx(String feature, String encoding, String mnemonic, LongBinaryOperator operation) {
    add(feature, encoding, mnemonic, "Pq,Qq", d -> mmx(d, operation, 64));
  }

  /** Adds the MMX and the XMM form of an operation on 64-bit halves; {@code opcode} lacks the prefix. */
  void both(
      String mmxFeature,
      String xmmFeature,
      String opcode,
      String mnemonic,
      LongBinaryOperator operation) {
    mmx(mmxFeature, "NP " + opcode, mnemonic, operation);
    xmm(xmmFeature, "66 " + opcode, mnemonic, PackedOperation.halves(operation));
  }

  /** Index of the XMM register in ModR/M.reg. */
  static int reg(Decoded d) {
    return 2 * d.reg();
  }

  /** Index of the XMM register in ModR/M.rm. */
  static int rm(Decoded d) {
    return 2 * d.rm();
  }

  /** Number of the MMX register in ModR/M.reg. */
  static int mmxReg(Decoded d) {
    return d.reg() & 7;
  }

  /** Number of the MMX register in ModR/M.rm. */
  static int mmxRm(Decoded d) {
    return d.rm() & 7;
  }

  /** The operation with a 128-bit source, aligned if in memory. */
  static Instruction xmm(Decoded d, PackedOperation operation) {
    return d.isRegister()
        ? new VectorOperands.XmmXmm(operation, reg(d), rm(d))
        : new VectorOperands.XmmAligned(operation, reg(d), d.memory());
  }

  /** The operation with a source of {@code bits} in memory, or a whole register. */
  static Instruction xmmPart(Decoded d, PackedOperation operation, int bits) {
    return d.isRegister()
        ? new VectorOperands.XmmXmm(operation, reg(d), rm(d))
        : new VectorOperands.XmmPart(operation, reg(d), d.memory(), bits);
  }

  /** The operation with an MMX source, of {@code bits} if in memory. */
  static Instruction mmx(Decoded d, LongBinaryOperator operation, int bits) {
    return d.isRegister()
        ? new VectorOperands.MmMm(operation, mmxReg(d), mmxRm(d))
        : new VectorOperands.MmMemory(operation, mmxReg(d), d.memory(), bits);
  }
}
