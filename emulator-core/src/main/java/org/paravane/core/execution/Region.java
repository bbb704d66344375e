package org.paravane.core.execution;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.Segments;

/**
 * Hot blocks that lead to each other, compiled into one method. It does what the interpreter does with the same blocks, at
 * the same addresses: whatever is to be looked at between blocks makes it return, with all blocks retired that it executed.
 */
abstract class Region implements LinearMemory.CodeRange {
  /** Bits of {@link #position} that count the instructions of a block. */
  static final int POSITION_BITS = 8;

  /** What it was compiled from; the first is its only entry. */
  final Block[] blocks;

  /** Where the blocks lay when it was compiled, and where alone it can execute them: linear addresses. */
  final long[] addresses;

  /** The one processor that may execute it. */
  final Cpu cpu;

  /**
   * After {@link #execute} threw: the block's number, shifted by {@link #POSITION_BITS}, and how many of its instructions
   * were completed.
   */
  protected int position;

  Region(Cpu cpu, Block[] blocks, long[] addresses) {
    this.cpu = cpu;
    this.blocks = blocks;
    this.addresses = addresses;
  }

  /**
   * Executes blocks from the entry on, which the caller knows to be current, until one follows that is not part of the
   * region or not current, or the deadline is reached.
   *
   * @param cpu the processor that it was compiled for, or null to do nothing
   * @throws org.paravane.core.cpu.GuestFault and the interpreter's other exceptions, at {@link #position}
   */
  abstract void execute(Cpu cpu);

  /** How well it does. */
  final RegionPace pace = new RegionPace();

  /** The block that was executing when {@link #execute} threw. */
  Block faultingBlock() {
    return blocks[position >> POSITION_BITS];
  }

  /** How many of its instructions were completed. */
  int faultingIndex() {
    return position & (1 << POSITION_BITS) - 1;
  }

  @Override
  public boolean overlaps(long ramOffset, int length) {
    return executing().overlaps(ramOffset, length);
  }

  @Override
  public boolean continues() {
    return executing().continues();
  }

  @Override
  public int lastOffset() {
    Block block = find();
    return block == null ? 0 : block.lastOffset();
  }

  @Override
  public int lastIndex() {
    Block block = find();
    return block == null ? 0 : block.lastIndex();
  }

  /** The block that is being executed: RIP holds its start until its last instruction is done. */
  private Block executing() {
    Block block = find();
    if (block == null) {
      throw new IllegalStateException("RIP is in no block of the region");
    }
    return block;
  }

  /** The block that begins at RIP, or null if none does. */
  private Block find() {
    long linear = cpu.segmentBase[Segments.CS] + cpu.rip();
    for (int i = 0; i < addresses.length; i++) {
      if (addresses[i] == linear) {
        return blocks[i];
      }
    }
    return null;
  }
}
