package org.paravane.core.execution;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.specialization.Surroundings;

/**
 * Which blocks make up a region: from a hot block on, those that follow and are nearly as hot.
 *
 * @param blocks the blocks, the entry first
 * @param addresses their linear addresses
 * @param surroundings where alone they can be executed
 */
record RegionPlan(List<Block> blocks, List<Long> addresses, Surroundings surroundings) {
  /** What the JIT compiler takes in one method without giving up on inlining. */
  private static final int MAX_INSTRUCTIONS = 150;

  private static final int MAX_BLOCKS = 40;

  /** A block that follows is taken along if it was executed at least once for so many times of the entry. */
  private static final int RARER_AT_MOST = 30;

  /** Plans the region that a block is the entry of. */
  static RegionPlan from(Block entry, Cpu cpu) {
    List<Block> blocks = new ArrayList<>();
    ArrayDeque<Block> open = new ArrayDeque<>();
    open.add(entry);
    int instructions = 0;
    int least = entry.executions / RARER_AT_MOST;
    while (!open.isEmpty() && blocks.size() < MAX_BLOCKS) {
      Block block = open.remove();
      if (blocks.stream().anyMatch(other -> other.linear == block.linear)
          || !suitable(block, entry)
          || block.executions < least
          || instructions + block.code.length > MAX_INSTRUCTIONS) {
        continue;
      }
      instructions += block.code.length;
      blocks.add(block);
      if (block.near) {
        open.addAll(block.successors());
      }
    }
    return new RegionPlan(
        blocks, blocks.stream().map(block -> block.linear).toList(), Surroundings.of(cpu));
  }

  /** Tells whether a block can be part of the region of that entry: same mode, with CS from 0, and verified. */
  private static boolean suitable(Block block, Block entry) {
    return block.mode == entry.mode
        && (block.mode & CpuMode.FLAT) != 0
        && block.linear != Block.NEVER
        && block.epoch != Block.NEVER
        && block.code.length < 1 << Region.POSITION_BITS;
  }

  /** Tells whether one of the blocks leads back to the entry. */
  boolean loops() {
    return blocks.stream()
        .anyMatch(block -> block.near && block.successors().contains(blocks.getFirst()));
  }

  /** The first half of it. */
  RegionPlan half() {
    int half = (blocks.size() + 1) / 2;
    return new RegionPlan(blocks.subList(0, half), addresses.subList(0, half), surroundings);
  }

  /** The number of the block at a linear address, or -1. */
  int at(long linear) {
    return addresses.indexOf(linear);
  }
}
