package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.decode.Decoded;

/** PUSH, POP and LEAVE in 64-bit mode (SDM Vol. 1 7.3.1.4). */
final class StackInstructions {
  private static final int BYTES = 8;

  private final BlockCode block;
  private final Assembler code;

  StackInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** PUSH of a register. */
  boolean push(Decoded d, int register) {
    if (d.operandSize() != 64) {
      return false;
    }
    block.check(Cpu.RSP, -BYTES, BYTES, true);
    block.atOperand(64, 0x89, block.value(register, Assembler.RCX));
    block.advance(Cpu.RSP, -BYTES);
    return true;
  }

  /** PUSH of an immediate. */
  boolean pushImmediate(Decoded d) {
    if (d.operandSize() != 64) {
      return false;
    }
    block.check(Cpu.RSP, -BYTES, BYTES, true);
    block.atOperand(64, 0xc7, 0);
    code.int32((int) d.immediate());
    block.advance(Cpu.RSP, -BYTES);
    return true;
  }

  /** PUSH of memory. */
  boolean pushMemory(Decoded d) {
    if (d.operandSize() != 64) {
      return false;
    }
    block.check(d.memory(), BYTES, false);
    block.atOperand(64, 0x8b, Assembler.RCX);
    block.store(HostState.SCRATCH, Assembler.RCX);
    block.check(Cpu.RSP, -BYTES, BYTES, true);
    block.load(Assembler.RCX, HostState.SCRATCH);
    block.atOperand(64, 0x89, Assembler.RCX);
    block.advance(Cpu.RSP, -BYTES);
    return true;
  }

  /** POP of a register. */
  boolean pop(Decoded d, int register) {
    if (d.operandSize() != 64) {
      return false;
    }
    block.check(Cpu.RSP, 0, BYTES, false);
    block.atOperand(64, 0x8b, Assembler.RCX);
    block.advance(Cpu.RSP, BYTES);
    block.set(register, Assembler.RCX);
    return true;
  }

  /** LEAVE. */
  boolean leave(Decoded d) {
    if (d.operandSize() != 64) {
      return false;
    }
    block.check(Cpu.RBP, 0, BYTES, false);
    block.atOperand(64, 0x8b, Assembler.RCX);
    block.get(Assembler.RDX, Cpu.RBP);
    code.addressOf(Assembler.RDX, Assembler.RDX, BYTES);
    block.set(Cpu.RSP, Assembler.RDX);
    block.set(Cpu.RBP, Assembler.RCX);
    return true;
  }
}
