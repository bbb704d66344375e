package org.paravane.core.execution;

import java.util.Arrays;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.Segments;
import org.paravane.core.specialization.Surroundings;

/**
 * Hot blocks that lead to each other, compiled into one method. It does what the interpreter does with the same blocks, at
 * the same addresses: whatever is to be looked at between blocks makes it return, with all blocks retired that it executed. It
 * may also return in the midst of a block, for the interpreter to go on with it.
 */
abstract class Region implements LinearMemory.CodeRange {
  /** Stands for the position between two blocks. */
  static final int BETWEEN_BLOCKS = -1;

  /** Bits of {@link #position} that count the instructions of a block. */
  static final int POSITION_BITS = 8;

  /** What it was compiled from; the first is its only entry. */
  final Block[] blocks;

  /** Where the blocks lay when it was compiled, and where alone it can execute them: linear addresses. */
  final long[] addresses;

  /** The one processor that may execute it. */
  final Cpu cpu;

  private final Surroundings surroundings;

  /** The bytes of one of the blocks changed: it is left behind the block that did it. */
  boolean dropped;

  /**
   * After {@link #execute} threw: the block's number, shifted by {@link #POSITION_BITS}, and how many of its instructions
   * were completed.
   */
  protected int position;

  Region(Cpu cpu, RegionPlan plan) {
    this.cpu = cpu;
    blocks = plan.blocks().toArray(Block[]::new);
    addresses = plan.addresses().stream().mapToLong(Long::longValue).toArray();
    surroundings = plan.surroundings();
  }

  /** Tells whether the bytes of a block have changed since it was planned. */
  boolean stale() {
    return Arrays.stream(blocks).anyMatch(block -> block.dropped);
  }

  /** Tells whether it can be executed from its entry on, which is current. */
  boolean suits(Cpu processor, Block entry) {
    return cpu == processor && addresses[0] == entry.linear && surroundings.areOf(cpu);
  }

  /**
   * Executes blocks from the entry on, which the caller knows to be current, until one follows that is not part of the
   * region or not current, or the deadline is reached.
   *
   * @param cpu the processor that it was compiled for; or null to change nothing at all: then it only shows the JVM what may
   *     happen, so that it compiles that too
   * @param training without a processor, what the registers hold, see {@link RegionTraining}; or null to do nothing
   * @return {@link #BETWEEN_BLOCKS}, or the position of an instruction that the interpreter is to go on with, in the midst of
   *     a block that is not retired
   * @throws org.paravane.core.cpu.GuestFault and the interpreter's other exceptions, at {@link #position}
   */
  abstract int execute(Cpu cpu, long[] training);

  /** How well it does. */
  final RegionPace pace = new RegionPace();

  /** The block of a position. */
  Block block(int position) {
    return blocks[position >> POSITION_BITS];
  }

  /** How many instructions of its block are completed at a position. */
  static int index(int position) {
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
