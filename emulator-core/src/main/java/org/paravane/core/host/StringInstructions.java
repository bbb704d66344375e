package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.instructions.integer.StringOps;

/**
 * REP MOVS and REP STOS forwards, within one page each (SDM Vol. 1 7.3.9). Everything else, and what would take the interpreter
 * more than one execution of the instruction, is left to it.
 */
final class StringInstructions {
  private static final int REP = 0xf3;
  private static final int ABOVE = 7;

  private final BlockCode block;
  private final Assembler code;

  StringInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** REP MOVS or REP STOS; ends the block. */
  boolean fill(Decoded d, int bits) {
    if (d.repeatPrefix() != REP
        || d.addressSize() != 64
        || bits == 16
        || d.segmentOr(Segments.DS) >= Segments.FS) {
      return false;
    }
    boolean move = d.opcodeByte() < 0xa8;
    int shift = Integer.numberOfTrailingZeros(bits >> 3);
    code.memory(32, 0xf7, 0, HostState.STATE, HostState.at(HostState.SYSTEM_FLAGS));
    code.int32(Rflags.DF);
    block.exitIf(BlockCode.NOT_EQUAL);
    code.arithmetic(64, Assembler.CMP, HostState.host(Cpu.RCX), StringOps.CHUNK_BYTES >> shift);
    block.exitIf(ABOVE);
    code.registers(64, 0x85, HostState.host(Cpu.RCX), HostState.host(Cpu.RCX));
    block.exitIf(BlockCode.EQUAL);
    if (move) {
      checkPage(Cpu.RSI, shift, false);
      block.store(HostState.SCRATCH, Assembler.RAX);
    }
    checkPage(Cpu.RDI, shift, true);
    // The host's RSI and RDI hold other registers of the guest, and so does RCX's own.
    code.memory(64, 0x8d, Assembler.RDX, HostState.GUEST_RAM, Assembler.RAX, 0, 0);
    code.move(64, Assembler.RCX, HostState.host(Cpu.RCX));
    block.get(Assembler.RAX, Cpu.RDI);
    code.memory(64, 0x8d, Assembler.RAX, Assembler.RAX, Assembler.RCX, shift, 0);
    block.set(Cpu.RDI, Assembler.RAX);
    if (move) {
      block.get(Assembler.RAX, Cpu.RSI);
      code.memory(64, 0x8d, Assembler.RAX, Assembler.RAX, Assembler.RCX, shift, 0);
      block.set(Cpu.RSI, Assembler.RAX);
      block.load(Assembler.RAX, HostState.SCRATCH);
    } else {
      block.get(Assembler.RAX, Cpu.RAX);
    }
    copy(d, bits, move);
    block.endWith(d.nextOffset());
    return true;
  }

  /** RDX is where to, RCX how often, RAX the offset in RAM where from, or what. */
  private void copy(Decoded d, int bits, boolean move) {
    code.push(Assembler.RDI);
    if (move) {
      code.memory(64, 0x8d, Assembler.RSI, HostState.GUEST_RAM, Assembler.RAX, 0, 0);
    }
    code.move(64, Assembler.RDI, Assembler.RDX);
    code.byteAt(REP);
    if (bits == 64) {
      code.byteAt(0x48);
    }
    code.byteAt(d.opcodeByte());
    code.pop(Assembler.RDI);
    // RCX's register: the count is spent.
    code.registers(32, 0x31, HostState.host(Cpu.RCX), HostState.host(Cpu.RCX));
  }

  /** Checks that the elements which a register points to are plain RAM in one page; RAX is their offset then. */
  private void checkPage(int register, int shift, boolean write) {
    block.get(Assembler.RAX, register);
    code.arithmetic(32, Assembler.AND, Assembler.RAX, 0xfff);
    code.memory(64, 0x8d, Assembler.RAX, Assembler.RAX, HostState.host(Cpu.RCX), shift, 0);
    code.arithmetic(32, Assembler.CMP, Assembler.RAX, 0x1000);
    block.exitIf(ABOVE);
    block.check(register, 0, 1, write);
  }
}
