package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.Decoded;

/** Instructions on RFLAGS that change neither mode nor what is pending (SDM Vol. 1 7.3.13, 7.3.14). */
final class FlagInstructions {
  private static final int BYTES = 8;
  private static final int STATUS_OF_AH = 0xd5;
  private static final int OVERFLOW_SHIFT = 11;
  private static final int ALWAYS_SET = 2;

  private final BlockCode block;
  private final Assembler code;

  FlagInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** CLC (AND), STC (OR), CMC (XOR). */
  boolean carry(int operation) {
    int carry = operation == Assembler.AND ? ~1 : 1;
    code.arithmetic(8, operation, HostState.STATE, HostState.at(HostState.FLAGS) + 1, carry);
    block.flagsLost();
    return true;
  }

  /** CLD and STD. */
  boolean direction(boolean backwards) {
    system(backwards ? Assembler.OR : Assembler.AND, backwards ? Rflags.DF : ~Rflags.DF);
    return true;
  }

  /** CLI, at CPL 0. */
  boolean clearInterruptFlag() {
    code.arithmetic(64, Assembler.CMP, HostState.STATE, HostState.at(HostState.CPL), 0);
    block.exitIf(BlockCode.NOT_EQUAL);
    system(Assembler.AND, ~Rflags.IF);
    return true;
  }

  private void system(int operation, int mask) {
    code.arithmetic(32, operation, HostState.STATE, HostState.at(HostState.SYSTEM_FLAGS), mask);
    block.flagsLost();
  }

  /** PUSHF. */
  boolean push(Decoded d) {
    if (d.operandSize() != 64) {
      return false;
    }
    block.check(Cpu.RSP, -BYTES, BYTES, true);
    code.memory(32, 0x8b, Assembler.RCX, HostState.STATE, HostState.at(HostState.SYSTEM_FLAGS));
    code.arithmetic(32, Assembler.AND, Assembler.RCX, ~(Rflags.RF | Rflags.VM));
    code.arithmetic(32, Assembler.OR, Assembler.RCX, ALWAYS_SET);
    int flags = HostState.at(HostState.FLAGS);
    code.memory(32, 0x0fb6, Assembler.RDX, HostState.STATE, flags + 1);
    code.arithmetic(32, Assembler.AND, Assembler.RDX, STATUS_OF_AH);
    code.registers(32, 0x09, Assembler.RDX, Assembler.RCX);
    code.memory(32, 0x0fb6, Assembler.RDX, HostState.STATE, flags);
    code.shift(32, 4, Assembler.RDX, OVERFLOW_SHIFT);
    code.registers(32, 0x09, Assembler.RDX, Assembler.RCX);
    block.atOperand(64, 0x89, Assembler.RCX);
    block.advance(Cpu.RSP, -BYTES);
    block.flagsLost();
    return true;
  }
}
