package org.paravane.core.execution;

import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.LinearMemory;

/**
 * A run of decoded instructions that is entered at its start only. It belongs to the RAM that it was decoded from and to
 * an execution mode, not to a linear address: {@link #linear} and {@link #epoch} note where it was last verified to be
 * what the page tables map.
 */
final class Block implements LinearMemory.CodeRange {
  /** An epoch that is never current. */
  static final long NEVER = -1;

  /** Stands for "no block": it is current nowhere. */
  static final Block NONE = new Block(new Instruction[0], new int[0], 0, 0, 0, 0, -1, -1);

  /** The instructions in order. */
  final Instruction[] code;

  /** Offset of each instruction from the start of the block. */
  final int[] starts;

  /** Guest instructions in the block; one more than {@link #code} has if the last two are fused. */
  final int instructionCount;

  /** Bytes from the first instruction's start to the last one's end. */
  final int length;

  /** What to add to RIP at the end; 0 if the last instruction sets RIP. */
  final int fallThrough;

  /** The mode that it was decoded for: see {@link org.paravane.core.cpu.CpuMode}. */
  final int mode;

  /** Where its first byte lies in RAM; -1 if not in RAM, and then it is not cached. */
  final long ramOffset;

  /** Where the second page's part of its only instruction lies in RAM, or -1 if it lies in one page. */
  final long secondRamOffset;

  /** Linear address at which it was last verified. */
  long linear = NEVER;

  /** {@link LinearMemory#localEpoch()} or {@link LinearMemory#globalEpoch()} at that time. */
  long epoch = NEVER;

  /** Its bytes changed; it may still stand in the table of the other page that it touches. */
  boolean dropped;

  /** Blocks that were entered from this one. */
  Block successor;

  Block otherSuccessor;

  Block(
      Instruction[] code,
      int[] starts,
      int instructionCount,
      int length,
      int fallThrough,
      int mode,
      long ramOffset,
      long secondRamOffset) {
    this.code = code;
    this.starts = starts;
    this.instructionCount = instructionCount;
    this.length = length;
    this.fallThrough = fallThrough;
    this.mode = mode;
    this.ramOffset = ramOffset;
    this.secondRamOffset = secondRamOffset;
    // NONE is its own successor: the constant is not there yet while it is made.
    successor = NONE == null ? this : NONE;
    otherSuccessor = successor;
  }

  /** Bytes in the first page. */
  int firstPageBytes() {
    return secondRamOffset < 0 ? length : (int) (0x1000 - (ramOffset & 0xfff));
  }

  /** Tells whether it covers any of these bytes of RAM. */
  boolean covers(long offset, int bytes) {
    int inFirst = firstPageBytes();
    return offset < ramOffset + inFirst && ramOffset < offset + bytes
        || secondRamOffset >= 0
            && offset < secondRamOffset + length - inFirst
            && secondRamOffset < offset + bytes;
  }

  @Override
  public boolean overlaps(long offset, int bytes) {
    return instructionCount > 1 && covers(offset, bytes);
  }

  @Override
  public boolean continues() {
    return instructionCount > 1;
  }
}
