package org.paravane.core.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.paravane.core.cpu.Cpu;

/**
 * Makes regions of hot blocks, in the background: the interpreter goes on until one is ready. Which blocks are compiled, and
 * when, changes nothing that a guest could see.
 */
final class RegionCompiler {
  /** After so many executions a block is hot. */
  static final int HOT = 100_000;

  /** Regions that may wait for the JIT compiler: it must not fall behind the interpreter. */
  private static final int MAX_WAITING = 4;

  /** Calls that do nothing but make the JVM compile the method before the interpreter enters it. */
  private static final int WARMING_CALLS = 3000;

  private final Cpu cpu;
  private final AtomicInteger waiting = new AtomicInteger();
  private Executor executor;

  RegionCompiler(Cpu cpu, Executor executor) {
    this.cpu = cpu;
    this.executor = executor;
  }

  /** Says where regions are made; null for nowhere. */
  void executor(Executor value) {
    executor = value;
  }

  /** Asks for the region that starts with a hot block; where too many are asked for, the block has to ask again. */
  void request(Block entry) {
    if (executor == null) {
      entry.hotAt = Integer.MAX_VALUE;
      return;
    }
    if (waiting.get() >= MAX_WAITING) {
      entry.hotAt = entry.executions + HOT / 4;
      return;
    }
    RegionPlan plan = RegionPlan.from(entry);
    for (Block block : plan.blocks()) {
      // Only what stays hot outside of the region becomes an entry of its own.
      block.hotAt = block.executions + 8 * HOT;
      block.addRegionEntry(entry);
    }
    entry.hotAt = Integer.MAX_VALUE;
    if (plan.blocks().isEmpty()) {
      return;
    }
    waiting.incrementAndGet();
    executor.execute(() -> {
      try {
        Region region = RegionEmitter.compile(cpu, plan);
        warm(region);
        if (!plan.stale()) {
          entry.region(region);
        }
      } finally {
        waiting.decrementAndGet();
      }
    });
  }

  /** Leaves a block to the interpreter for a while, and lets the JVM compile its region again if it has to. */
  void pause(Block entry, Region region) {
    entry.hotAt = entry.executions + region.pace.pause();
    if (executor != null) {
      executor.execute(() -> warm(region));
    }
  }

  private static void warm(Region region) {
    for (int i = 0; i < WARMING_CALLS; i++) {
      region.execute(null);
    }
  }
}
