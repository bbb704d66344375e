package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.decode.Decoded;

/** Moves, binary and unary arithmetic (SDM Vol. 1 7.3.1, 7.3.2, 7.3.4, 7.3.5). */
final class IntegerInstructions {
  private static final int ADC = 2;
  private static final int SBB = 3;
  private static final int CMP = 7;

  private static final int INC = 0;
  private static final int DEC = 1;
  private static final int NOT = 2;

  private final BlockCode block;
  private final Assembler code;

  IntegerInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** Tells whether a register code of 8 bits stands for AH, CH, DH or BH. */
  static boolean isHighByte(int register) {
    return register > 15;
  }

  /** ModR/M.reg at an operand size, or a high byte. */
  static int reg(Decoded d, int bits) {
    return bits == 8 ? d.reg8() : d.reg();
  }

  /** ModR/M.rm at an operand size, or a high byte. */
  static int rm(Decoded d, int bits) {
    return bits == 8 ? d.rm8() : d.rm();
  }

  private static boolean hasHighByte(Decoded d, int bits) {
    return isHighByte(reg(d, bits)) || d.isRegister() && isHighByte(rm(d, bits));
  }

  /** ADD, OR, ADC, SBB, AND, SUB, XOR, CMP of ModR/M's operands; {@code toReg}: reg is the destination. */
  boolean binary(Decoded d, int operation, int bits, boolean toReg) {
    int opcode = operation << 3 | (bits == 8 ? 0 : 1);
    if (hasHighByte(d, bits)) {
      if (operation == ADC || operation == SBB) {
        return false;
      }
      return highBytes(d, opcode, operation != CMP, toReg);
    }
    int reg = reg(d, bits);
    if (d.isRegister()) {
      int destination = toReg ? reg : rm(d, bits);
      int source = toReg ? rm(d, bits) : reg;
      if (operation == Assembler.XOR && destination == source && bits >= 32 && !block.flagsLive()) {
        int place = block.place(destination, Assembler.RDX);
        code.registers(32, 0x31, place, place);
        block.written(destination, place);
        block.flagsLost();
        return true;
      }
      carry(operation);
      int from = block.value(source, Assembler.RCX);
      int place = block.value(destination, Assembler.RDX);
      code.registers(bits, opcode, from, place);
      if (operation != CMP) {
        block.written(destination, place);
      }
    } else if (toReg) {
      block.check(d.memory(), bits >> 3, false);
      carry(operation);
      int place = block.value(reg, Assembler.RDX);
      block.atOperand(bits, opcode | 2, place);
      if (operation != CMP) {
        block.written(reg, place);
      }
    } else {
      block.check(d.memory(), bits >> 3, operation != CMP);
      carry(operation);
      block.atOperand(bits, opcode, block.value(reg, Assembler.RCX));
    }
    block.flagsSet();
    return true;
  }

  /** The same with an immediate. */
  boolean binaryImmediate(Decoded d, int operation, int bits) {
    int value = (int) d.immediate();
    if (d.isRegister()) {
      return binaryImmediate(rm(d, bits), operation, bits, value);
    }
    block.check(d.memory(), bits >> 3, operation != CMP);
    carry(operation);
    code.arithmeticIndexed(bits, operation, HostState.GUEST_RAM, Assembler.RAX, value);
    block.flagsSet();
    return true;
  }

  /** The same of a register. */
  boolean binaryImmediate(int register, int operation, int bits, int value) {
    carry(operation);
    if (bits == 8 && isHighByte(register)) {
      code.bytes(0x80, operation, block.getByte(Assembler.RDX, register));
      code.byteAt(value);
      if (operation != CMP) {
        block.set(register & 15, Assembler.RDX);
      }
      block.flagsSet();
      return true;
    }
    int place = block.value(register, Assembler.RDX);
    code.arithmetic(bits, operation, place, value);
    if (operation != CMP) {
      block.written(register, place);
    }
    block.flagsSet();
    return true;
  }

  /** An instruction on two registers of 8 bits, one of which is AH, BH, CH or DH. */
  private boolean highBytes(Decoded d, int opcode, boolean writes, boolean toReg) {
    if (!d.isRegister()) {
      return false;
    }
    int destination = toReg ? d.reg8() : d.rm8();
    int source = toReg ? d.rm8() : d.reg8();
    int from = block.getByte(Assembler.RCX, source);
    code.bytes(opcode, from, block.getByte(Assembler.RDX, destination));
    if (writes) {
      block.set(destination & 15, Assembler.RDX);
    }
    block.flagsSet();
    return true;
  }

  private void carry(int operation) {
    if (operation == ADC || operation == SBB) {
      block.restoreCarry();
    }
  }

  /** TEST of ModR/M's operands. */
  boolean test(Decoded d, int bits) {
    int opcode = bits == 8 ? 0x84 : 0x85;
    if (hasHighByte(d, bits)) {
      return highBytes(d, opcode, false, false);
    }
    if (d.isRegister()) {
      int first = block.value(rm(d, bits), Assembler.RDX);
      code.registers(bits, opcode, block.value(reg(d, bits), Assembler.RCX), first);
    } else {
      block.check(d.memory(), bits >> 3, false);
      block.atOperand(bits, opcode, block.value(reg(d, bits), Assembler.RCX));
    }
    block.flagsSet();
    return true;
  }

  /** TEST of ModR/M's operand and an immediate. */
  boolean testImmediate(Decoded d, int bits) {
    if (d.isRegister()) {
      return testImmediate(rm(d, bits), bits, (int) d.immediate());
    }
    block.check(d.memory(), bits >> 3, false);
    block.atOperand(bits, bits == 8 ? 0xf6 : 0xf7, 0);
    code.immediateOf(bits, (int) d.immediate());
    block.flagsSet();
    return true;
  }

  /** TEST of a register and an immediate. */
  boolean testImmediate(int register, int bits, int value) {
    if (bits == 8 && isHighByte(register)) {
      code.bytes(0xf6, 0, block.getByte(Assembler.RDX, register));
    } else {
      code.registers(bits, bits == 8 ? 0xf6 : 0xf7, 0, block.value(register, Assembler.RDX));
    }
    code.immediateOf(bits, value);
    block.flagsSet();
    return true;
  }

  /** INC, DEC, NOT, NEG. */
  boolean unary(Decoded d, int operation, int bits) {
    int opcode = (operation <= DEC ? 0xfe : 0xf6) | (bits == 8 ? 0 : 1);
    if (d.isRegister() && isHighByte(rm(d, bits))) {
      return false;
    }
    boolean leavesCarry = operation == INC || operation == DEC;
    if (d.isRegister()) {
      if (leavesCarry && block.flagsLive()) {
        block.restoreCarry();
      }
      int place = block.value(rm(d, bits), Assembler.RDX);
      code.registers(bits, opcode, operation, place);
      block.written(rm(d, bits), place);
    } else {
      block.check(d.memory(), bits >> 3, true);
      if (leavesCarry && block.flagsLive()) {
        block.restoreCarry();
      }
      block.atOperand(bits, opcode, operation);
    }
    if (operation != NOT) {
      block.flagsSet();
    }
    return true;
  }

  // Moves

  /** MOV from ModR/M.reg. */
  boolean store(Decoded d, int bits) {
    if (hasHighByte(d, bits)) {
      return moveHighByte(d, false);
    }
    if (d.isRegister()) {
      return move(rm(d, bits), reg(d, bits), bits);
    }
    block.check(d.memory(), bits >> 3, true);
    block.atOperand(bits, bits == 8 ? 0x88 : 0x89, block.value(reg(d, bits), Assembler.RCX));
    return true;
  }

  /** MOV to ModR/M.reg. */
  boolean load(Decoded d, int bits) {
    if (hasHighByte(d, bits)) {
      return moveHighByte(d, true);
    }
    if (d.isRegister()) {
      return move(reg(d, bits), rm(d, bits), bits);
    }
    block.check(d.memory(), bits >> 3, false);
    int register = reg(d, bits);
    int place =
        bits >= 32 ? block.place(register, Assembler.RDX) : block.value(register, Assembler.RDX);
    block.atOperand(bits, bits == 8 ? 0x8a : 0x8b, place);
    block.written(register, place);
    return true;
  }

  /** MOV of a register of 8 bits that is, or whose other is, AH, BH, CH or DH; {@code toReg}: to ModR/M.reg. */
  private boolean moveHighByte(Decoded d, boolean toReg) {
    if (!d.isRegister() && toReg) {
      block.check(d.memory(), 1, false);
      block.atOperand(8, 0x8a, Assembler.RCX);
      code.bytes(0x88, Assembler.RCX, block.getByte(Assembler.RDX, d.reg8()));
      block.set(d.reg8() & 15, Assembler.RDX);
    } else if (!d.isRegister()) {
      block.check(d.memory(), 1, true);
      code.bytes(0x88, block.getByte(Assembler.RDX, d.reg8()), Assembler.RCX);
      block.atOperand(8, 0x88, Assembler.RCX);
    } else {
      int destination = toReg ? d.reg8() : d.rm8();
      int from = block.getByte(Assembler.RCX, toReg ? d.rm8() : d.reg8());
      code.bytes(0x88, from, block.getByte(Assembler.RDX, destination));
      block.set(destination & 15, Assembler.RDX);
    }
    return true;
  }

  private boolean move(int to, int from, int bits) {
    if (bits >= 32) {
      int source = block.value(from, Assembler.RCX);
      int place = block.place(to, Assembler.RDX);
      code.move(bits, place, source);
      block.written(to, place);
    } else {
      int source = block.value(from, Assembler.RCX);
      int place = block.value(to, Assembler.RDX);
      code.registers(bits, bits == 8 ? 0x88 : 0x89, source, place);
      block.written(to, place);
    }
    return true;
  }

  /** MOV of an immediate to a register. */
  boolean loadImmediate(int register, int bits, long value) {
    if (bits == 8 && isHighByte(register)) {
      return false;
    }
    if (bits < 32) {
      int place = block.value(register, Assembler.RDX);
      code.registers(bits, bits == 8 ? 0xc6 : 0xc7, 0, place);
      code.immediateOf(bits, (int) value);
      block.written(register, place);
      return true;
    }
    int place = block.place(register, Assembler.RDX);
    if (bits == 32 || value == (value & 0xffff_ffffL)) {
      code.immediate(place, (int) value);
    } else if (value == (int) value) {
      code.registers(64, 0xc7, 0, place);
      code.int32((int) value);
    } else {
      code.immediate64(place, value);
    }
    block.written(register, place);
    return true;
  }

  /** MOV of an immediate to ModR/M's operand. */
  boolean storeImmediate(Decoded d, int bits) {
    if (d.isRegister()) {
      return loadImmediate(rm(d, bits), bits, d.immediate());
    }
    block.check(d.memory(), bits >> 3, true);
    block.atOperand(bits, bits == 8 ? 0xc6 : 0xc7, 0);
    code.immediateOf(bits, (int) d.immediate());
    return true;
  }

  /**
   * MOVZX, MOVSX and MOVSXD.
   *
   * @param opcode the host's
   * @param from bits of the source
   */
  boolean extend(Decoded d, int opcode, int from) {
    int bits = d.operandSize();
    if (bits < from) {
      return false;
    }
    if (d.isRegister() && isHighByte(rm(d, from))) {
      return extendHighByte(d, opcode, bits);
    }
    int source = 0;
    if (d.isRegister()) {
      source = block.value(rm(d, from), Assembler.RCX);
    } else {
      block.check(d.memory(), from >> 3, false);
    }
    int place =
        bits >= 32 ? block.place(d.reg(), Assembler.RDX) : block.value(d.reg(), Assembler.RDX);
    if (d.isRegister()) {
      code.registers(bits, opcode, place, source);
    } else {
      block.atOperand(bits, opcode, place);
    }
    block.written(d.reg(), place);
    return true;
  }

  private boolean extendHighByte(Decoded d, int opcode, int bits) {
    if (bits != 32) {
      return false;
    }
    code.bytes(opcode, Assembler.RCX, block.getByte(Assembler.RCX, d.rm8()));
    block.set(d.reg(), Assembler.RCX);
    return true;
  }

  /** LEA. */
  boolean loadAddress(Decoded d) {
    int bits = d.operandSize();
    if (bits == 16) {
      return false;
    }
    block.address(d.memory());
    int place = block.place(d.reg(), Assembler.RDX);
    code.move(bits, place, Assembler.RAX);
    block.written(d.reg(), place);
    return true;
  }

  /** CMOVcc. */
  boolean moveIf(Decoded d) {
    int bits = d.operandSize();
    int source = Assembler.RCX;
    if (d.isRegister()) {
      source = block.value(d.rm(), Assembler.RCX);
    } else {
      block.check(d.memory(), bits >> 3, false);
      block.atOperand(bits, 0x8b, Assembler.RCX);
    }
    int condition = block.condition(d.condition());
    int place = block.value(d.reg(), Assembler.RDX);
    code.registers(bits, 0x0f40 | condition, place, source);
    block.written(d.reg(), place);
    return true;
  }

  /** SETcc. */
  boolean setIf(Decoded d) {
    if (!d.isRegister()) {
      int condition = block.condition(d.condition());
      int scratch = HostState.at(HostState.SCRATCH);
      code.memory(8, 0x0f90 | condition, 0, HostState.STATE, scratch);
      block.check(d.memory(), 1, true);
      code.memory(8, 0x8a, Assembler.RCX, HostState.STATE, scratch);
      block.atOperand(8, 0x88, Assembler.RCX);
      return true;
    }
    if (isHighByte(d.rm8())) {
      return false;
    }
    int condition = block.condition(d.condition());
    int place = block.value(d.rm(), Assembler.RDX);
    code.registers(8, 0x0f90 | condition, 0, place);
    block.written(d.rm(), place);
    return true;
  }

  /** XCHG of ModR/M's operands. */
  boolean exchange(Decoded d, int bits) {
    if (hasHighByte(d, bits)) {
      return false;
    }
    int reg = reg(d, bits);
    if (d.isRegister()) {
      return exchange(rm(d, bits), reg, bits);
    }
    block.check(d.memory(), bits >> 3, true);
    int place = block.value(reg, Assembler.RDX);
    // Not XCHG, which locks: no other thread reaches guest memory.
    int opcode = bits == 8 ? 0x8a : 0x8b;
    block.atOperand(bits, opcode, Assembler.RCX);
    block.atOperand(bits, opcode - 2, place);
    code.registers(bits, opcode - 2, Assembler.RCX, place);
    block.written(reg, place);
    return true;
  }

  /** XCHG of two registers. */
  boolean exchange(int first, int second, int bits) {
    if (bits < 32) {
      return false;
    }
    block.get(Assembler.RCX, first);
    block.get(Assembler.RAX, second);
    code.move(bits, Assembler.RCX, Assembler.RCX);
    code.move(bits, Assembler.RAX, Assembler.RAX);
    block.set(first, Assembler.RAX);
    block.set(second, Assembler.RCX);
    return true;
  }

  /** CMPXCHG with memory. */
  boolean compareExchange(Decoded d, int bits) {
    if (d.isRegister() || bits < 32) {
      return false;
    }
    block.check(d.memory(), bits >> 3, true);
    code.memory(64, 0x8d, Assembler.RDX, HostState.GUEST_RAM, Assembler.RAX, 0, 0);
    int source = block.value(d.reg(), Assembler.RCX);
    block.get(Assembler.RAX, Cpu.RAX);
    code.memory(bits, 0x0fb1, source, Assembler.RDX, 0);
    int equal = code.jumpIf(BlockCode.EQUAL);
    code.move(bits, Assembler.RAX, Assembler.RAX);
    block.set(Cpu.RAX, Assembler.RAX);
    code.bind(equal);
    block.flagsSet();
    return true;
  }

  /** XADD with memory. */
  boolean exchangeAdd(Decoded d, int bits) {
    if (d.isRegister() || bits < 32) {
      return false;
    }
    block.check(d.memory(), bits >> 3, true);
    block.get(Assembler.RCX, d.reg());
    block.atOperand(bits, 0x0fc1, Assembler.RCX);
    block.set(d.reg(), Assembler.RCX);
    block.flagsSet();
    return true;
  }

  /** BSWAP. */
  boolean swapBytes(Decoded d) {
    int bits = d.operandSize();
    if (bits == 16) {
      return false;
    }
    int place = block.value(d.opcodeRegister(), Assembler.RDX);
    swapBytes(bits, place);
    block.written(d.opcodeRegister(), place);
    return true;
  }

  private void swapBytes(int bits, int register) {
    if (bits == 64 || register > 7) {
      code.byteAt(0x40 | (bits == 64 ? 8 : 0) | register >> 3);
    }
    code.byteAt(0x0f);
    code.byteAt(0xc8 | register & 7);
  }

  /** CBW, CWDE, CDQE. */
  boolean extendAccumulator(int bits) {
    if (bits == 16) {
      return false;
    }
    int place = block.value(Cpu.RAX, Assembler.RDX);
    code.registers(bits, bits == 64 ? 0x63 : 0x0fbf, place, place);
    block.written(Cpu.RAX, place);
    return true;
  }

  /** CWD, CDQ, CQO. */
  boolean extendIntoData(int bits) {
    if (bits == 16) {
      return false;
    }
    block.get(Assembler.RCX, Cpu.RAX);
    code.shift(bits, 7, Assembler.RCX, bits - 1);
    block.set(Cpu.RDX, Assembler.RCX);
    block.flagsLost();
    return true;
  }
}
