package org.paravane.core.host;

import org.paravane.core.decode.Decoded;

/** BT, BTS, BTR, BTC, BSF, BSR, POPCNT, SHLD and SHRD (SDM Vol. 1 7.3.6, 7.3.7). */
final class BitInstructions {
  private static final int BT = 4;
  private static final int CARRY_OF_AH = 1;

  private final BlockCode block;
  private final Assembler code;

  BitInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** A bit test, and what becomes of the bit, with the number of the bit in a register. */
  boolean testByRegister(Decoded d, int operation) {
    int bits = d.operandSize();
    if (bits == 16) {
      return false;
    }
    if (!d.isRegister()) {
      return testInMemory(d, operation);
    }
    int index = block.value(d.reg(), Assembler.RCX);
    int place = block.value(d.rm(), Assembler.RDX);
    code.registers(bits, 0x0f83 | operation << 3, index, place);
    finish(d, operation, place);
    return true;
  }

  /** The index is signed, and may select an operand beyond the one addressed. */
  private boolean testInMemory(Decoded d, int operation) {
    int bits = d.operandSize();
    if (d.memory().offsetMask() != -1L) {
      return false;
    }
    block.address(d.memory());
    block.get(Assembler.RCX, d.reg());
    // The number of the operand, and from it the distance in bytes.
    code.registers(64, bits == 64 ? 0x8b : 0x63, Assembler.RCX, Assembler.RCX);
    code.shift(64, 7, Assembler.RCX, bits == 64 ? 6 : 5);
    code.memory(64, 0x8d, Assembler.RAX, Assembler.RAX, Assembler.RCX, bits == 64 ? 3 : 2, 0);
    block.checkOffset(d.memory().segment(), bits >> 3, operation != BT);
    int index = block.value(d.reg(), Assembler.RCX);
    if (index != Assembler.RCX) {
      code.move(32, Assembler.RCX, index);
    }
    code.arithmetic(32, Assembler.AND, Assembler.RCX, bits - 1);
    block.atOperand(bits, 0x0f83 | operation << 3, Assembler.RCX);
    carrySet();
    return true;
  }

  /** The same with the number as an immediate. */
  boolean testByImmediate(Decoded d) {
    int bits = d.operandSize();
    int operation = d.modrm() >> 3 & 7;
    if (bits == 16 || operation < BT) {
      return false;
    }
    int bit = (int) d.immediate() & bits - 1;
    if (d.isRegister()) {
      int place = block.value(d.rm(), Assembler.RDX);
      code.registers(bits, 0x0fba, operation, place);
      code.byteAt(bit);
      finish(d, operation, place);
    } else {
      block.check(d.memory(), bits >> 3, operation != BT);
      block.atOperand(bits, 0x0fba, operation);
      code.byteAt(bit);
      carrySet();
    }
    return true;
  }

  private void finish(Decoded d, int operation, int place) {
    if (operation != BT) {
      block.written(d.rm(), place);
    }
    carrySet();
  }

  /** The host's CF is what the guest's is to be; the other flags stay. */
  private void carrySet() {
    if (block.flagsLive()) {
      code.registers(8, 0x0f92, 0, Assembler.RCX);
      block.loadFlags();
      block.andAh(~CARRY_OF_AH);
      block.orAhCl();
      block.storeFlags();
    }
    block.flagsLost();
  }

  /** BSF, BSR and POPCNT, where nobody sees the flags. */
  boolean scan(Decoded d, int opcode) {
    int bits = d.operandSize();
    if (bits == 16 || block.flagsLive()) {
      return false;
    }
    // A scan of zero leaves its destination, all 64 bits of it.
    if (d.isRegister()) {
      code.move(bits, Assembler.RCX, block.value(d.rm(), Assembler.RCX));
    } else {
      block.check(d.memory(), bits >> 3, false);
      block.atOperand(bits, 0x8b, Assembler.RCX);
    }
    int place = block.value(d.reg(), Assembler.RDX);
    code.registers(64, opcode, place, Assembler.RCX);
    block.written(d.reg(), place);
    block.flagsLost();
    return true;
  }

  /** SHLD and SHRD of a register by an immediate, where nobody sees the flags. */
  boolean doubleShift(Decoded d, int opcode) {
    int bits = d.operandSize();
    int count = (int) d.immediate() & (bits == 64 ? 63 : 31);
    if (bits == 16 || !d.isRegister() || block.flagsLive() || count == 0) {
      return false;
    }
    int source = block.value(d.reg(), Assembler.RCX);
    int place = block.value(d.rm(), Assembler.RDX);
    code.registers(bits, opcode, source, place);
    code.byteAt(count);
    block.written(d.rm(), place);
    block.flagsLost();
    return true;
  }
}
