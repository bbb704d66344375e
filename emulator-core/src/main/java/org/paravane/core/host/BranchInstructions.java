package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.decode.Decoded;

/** Near branches in 64-bit mode (SDM Vol. 1 7.3.8). Each ends its block. */
final class BranchInstructions {
  private static final int BYTES = 8;

  private final BlockCode block;
  private final Assembler code;

  BranchInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  private static int target(Decoded d) {
    return d.nextOffset() + (int) d.immediate();
  }

  /** Jcc. */
  boolean jumpIf(Decoded d) {
    int taken = code.jumpIf(block.condition(d.condition()));
    block.endWith(d.nextOffset());
    code.bind(taken);
    block.endWith(target(d));
    return true;
  }

  /** JMP to a relative address. */
  boolean jump(Decoded d) {
    block.endWith(target(d));
    return true;
  }

  /** CALL of a relative address. */
  boolean call(Decoded d) {
    block.check(Cpu.RSP, -BYTES, BYTES, true);
    pushNext(d);
    block.endWith(target(d));
    return true;
  }

  private void pushNext(Decoded d) {
    block.load(Assembler.RCX, Cpu.RIP);
    code.addressOf(Assembler.RCX, Assembler.RCX, d.nextOffset());
    block.atOperand(64, 0x89, Assembler.RCX);
    block.advance(Cpu.RSP, -BYTES);
  }

  /**
   * RET.
   *
   * @param release bytes of the stack to drop besides the return address
   */
  boolean ret(int release) {
    block.check(Cpu.RSP, 0, BYTES, false);
    block.atOperand(64, 0x8b, Assembler.RAX);
    block.requireCanonicalRax();
    block.advance(Cpu.RSP, BYTES + release);
    block.endAtRax();
    return true;
  }

  /** JMP to the address in ModR/M's operand. */
  boolean jumpIndirect(Decoded d) {
    targetIntoRax(d);
    block.endAtRax();
    return true;
  }

  /** CALL of the address in ModR/M's operand. */
  boolean callIndirect(Decoded d) {
    targetIntoRax(d);
    block.store(HostState.SCRATCH, Assembler.RAX);
    block.check(Cpu.RSP, -BYTES, BYTES, true);
    pushNext(d);
    block.load(Assembler.RAX, HostState.SCRATCH);
    block.endAtRax();
    return true;
  }

  private void targetIntoRax(Decoded d) {
    if (d.isRegister()) {
      block.get(Assembler.RAX, d.rm());
    } else {
      block.check(d.memory(), BYTES, false);
      block.atOperand(64, 0x8b, Assembler.RAX);
    }
    block.requireCanonicalRax();
  }
}
