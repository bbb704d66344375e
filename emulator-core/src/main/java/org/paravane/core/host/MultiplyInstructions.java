package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.decode.Decoded;

/**
 * MUL, IMUL, DIV and IDIV of 32 and 64 bits (SDM Vol. 1 7.3.2). Flags that the manual leaves undefined are computed as {@link
 * org.paravane.core.instructions.integer.MultiplyDivide} does. A division that might fault is left to the interpreter.
 */
final class MultiplyInstructions {
  private static final int DIV = 6;

  private static final int SIGN_AND_PARITY_OF_AH = 0x84;

  private final BlockCode block;
  private final Assembler code;

  MultiplyInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** IMUL of ModR/M's operands. */
  boolean twoOperands(Decoded d) {
    int bits = d.operandSize();
    if (bits == 16) {
      return false;
    }
    if (d.isRegister()) {
      int source = block.value(d.rm(), Assembler.RCX);
      int place = block.value(d.reg(), Assembler.RDX);
      code.registers(bits, 0x0faf, place, source);
      finish(d.reg(), place, bits);
    } else {
      block.check(d.memory(), bits >> 3, false);
      int place = block.value(d.reg(), Assembler.RDX);
      block.atOperand(bits, 0x0faf, place);
      finish(d.reg(), place, bits);
    }
    return true;
  }

  /** IMUL of ModR/M's r/m operand and an immediate. */
  boolean threeOperands(Decoded d) {
    int bits = d.operandSize();
    if (bits == 16) {
      return false;
    }
    int place;
    if (d.isRegister()) {
      int source = block.value(d.rm(), Assembler.RCX);
      place = block.place(d.reg(), Assembler.RDX);
      code.registers(bits, 0x69, place, source);
    } else {
      block.check(d.memory(), bits >> 3, false);
      place = block.place(d.reg(), Assembler.RDX);
      block.atOperand(bits, 0x69, place);
    }
    code.int32((int) d.immediate());
    finish(d.reg(), place, bits);
    return true;
  }

  private void finish(int register, int place, int bits) {
    block.written(register, place);
    flags(place, bits);
  }

  /** The flags of a product whose lower half is in a host register; the host's OF says whether it is all. RCX is lost. */
  private void flags(int low, int bits) {
    if (block.flagsLive()) {
      code.registers(8, 0x0f90, 0, Assembler.RCX);
      code.registers(bits, 0x85, low, low);
      block.loadHostFlags();
      block.andAh(SIGN_AND_PARITY_OF_AH);
      block.orAhCl();
      code.registers(8, 0x88, Assembler.RCX, Assembler.RAX);
      block.storeFlags();
    }
    block.flagsLost();
  }

  /** MUL, IMUL, DIV, IDIV of the accumulator. */
  boolean wide(Decoded d) {
    int bits = d.operandSize();
    if (bits == 16) {
      return false;
    }
    int operation = d.modrm() >> 3 & 7;
    if (d.isRegister()) {
      block.get(Assembler.RCX, d.rm());
    } else {
      block.check(d.memory(), bits >> 3, false);
      block.atOperand(bits, 0x8b, Assembler.RCX);
    }
    block.get(Assembler.RAX, Cpu.RAX);
    if (operation < DIV) {
      multiply(operation, bits);
    } else {
      divide(operation, bits);
    }
    return true;
  }

  private void multiply(int operation, int bits) {
    code.registers(bits, 0xf7, operation, Assembler.RCX);
    block.set(Cpu.RAX, Assembler.RAX);
    block.set(Cpu.RDX, Assembler.RDX);
    code.move(64, Assembler.RDX, Assembler.RAX);
    flags(Assembler.RDX, bits);
  }

  private void divide(int operation, int bits) {
    if (operation == DIV) {
      // The quotient fits if the upper half is less than the divisor, which then is not zero.
      block.get(Assembler.RDX, Cpu.RDX);
      code.registers(bits, 0x3b, Assembler.RDX, Assembler.RCX);
      block.exitIf(BlockCode.ABOVE_OR_EQUAL);
    } else {
      // It fits if the upper half is but the sign, and the divisor neither 0 nor -1.
      code.move(64, Assembler.RDX, Assembler.RAX);
      code.shift(bits, 7, Assembler.RDX, bits - 1);
      code.registers(bits, 0x3b, Assembler.RDX, block.value(Cpu.RDX, Assembler.RDX));
      block.exitIf(BlockCode.NOT_EQUAL);
      code.memory(bits, 0x8d, Assembler.RDX, Assembler.RCX, 1);
      code.arithmetic(bits, Assembler.CMP, Assembler.RDX, 1);
      block.exitIf(BlockCode.BELOW_OR_EQUAL);
      block.get(Assembler.RDX, Cpu.RDX);
    }
    code.registers(bits, 0xf7, operation, Assembler.RCX);
    block.set(Cpu.RAX, Assembler.RAX);
    block.set(Cpu.RDX, Assembler.RDX);
    block.flagsLost();
  }
}
