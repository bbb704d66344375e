package org.paravane.core.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.specialization.Definitions;

/**
 * Makes regions of hot blocks, in the background: the interpreter goes on until one is ready. Which blocks are compiled, and
 * when, changes nothing that a guest could see.
 */
final class RegionCompiler {
  /** After so many executions a block is hot. */
  private static final int HOT = 300_000;

  /**
   * After so many executions a block that does not lead back to itself is hot. Its region is left soon after it is entered, so
   * it takes longer until it has made up for the time to compile it.
   */
  private static final int HOT_STRAIGHT = 10 * HOT;

  /** A block of a region becomes the entry of another after so many times more: it stays hot outside of the first. */
  private static final int HOT_OUTSIDE = 8;

  /** Regions that may wait for the JIT compiler: it must not fall behind the interpreter. */
  private static final int MAX_WAITING = 4;

  /** Calls after which the JVM is expected to think of compiling a method, and has a time that can be measured. */
  private static final int WARMING_CALLS = 64;

  /** A call that does nothing takes longer than this where the JVM interprets its byte code. */
  private static final long COMPILED_CALL_NANOS = 12;

  /** Training before the first execution; more comes with executions. */
  private static final int TRAINED_BEFORE = 100;

  private static final long WARMING_LIMIT_NANOS = 1_000_000_000;
  private static final long BRIEFLY_NANOS = 200_000;

  private final Cpu cpu;
  private final Definitions definitions = new Definitions();
  private final AtomicInteger waiting = new AtomicInteger();
  private Executor executor;
  private int hot = HOT;
  private int hotStraight = HOT_STRAIGHT;

  /** Regions are executed when the JVM has compiled them; without, at once. */
  private boolean warms = true;

  RegionCompiler(Cpu cpu, Executor executor) {
    this.cpu = cpu;
    this.executor = executor;
  }

  /** Says where regions are made, and of blocks executed how often; null for nowhere. */
  void compile(Executor newExecutor, int newHot) {
    executor = newExecutor;
    hot = newHot;
    hotStraight = newHot;
    warms = false;
  }

  /** After so many executions a block is to be shown to {@link #request}. */
  int hot() {
    return hot;
  }

  /** Asks for the region that starts with a hot block; where too many are asked for, the block has to ask again. */
  void request(Block entry) {
    if (executor == null) {
      entry.hotAt = Integer.MAX_VALUE;
      return;
    }
    if (waiting.get() >= MAX_WAITING) {
      entry.hotAt = entry.executions + hot / 4;
      return;
    }
    RegionPlan plan = RegionPlan.from(entry, cpu);
    if (entry.executions < hotStraight && !plan.loops()) {
      entry.hotAt = hotStraight;
      return;
    }
    for (Block block : plan.blocks()) {
      block.hotAt = block.executions + HOT_OUTSIDE * hot;
      block.addRegionEntry(entry);
    }
    entry.hotAt = Integer.MAX_VALUE;
    if (!plan.blocks().isEmpty()) {
      waiting.incrementAndGet();
      executor.execute(() -> compile(entry, plan));
    }
  }

  private void compile(Block entry, RegionPlan plan) {
    try {
      Region region = RegionEmitter.compile(cpu, plan, definitions);
      if (warms) {
        warm(region);
        new RegionTraining(cpu).train(region, TRAINED_BEFORE);
      }
      entry.offer(region);
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Leaves a block to the interpreter for a while, and lets the JVM compile its region again if it has to. */
  void pause(Block entry, Region region) {
    entry.hotAt = entry.executions + region.pace.pause();
    if (executor != null) {
      executor.execute(() -> warm(region));
    }
  }

  /** Calls a region, to do nothing, until the JVM has compiled it: its byte code is slower than the interpreter. */
  private static void warm(Region region) {
    long start = System.nanoTime();
    long now = start;
    long callNanos = Long.MAX_VALUE;
    while (callNanos > COMPILED_CALL_NANOS && now - start < WARMING_LIMIT_NANOS) {
      long before = now;
      for (int i = 0; i < WARMING_CALLS; i++) {
        region.execute(null, null);
      }
      now = System.nanoTime();
      callNanos = (now - before) / WARMING_CALLS;
      if (now - start > BRIEFLY_NANOS) {
        LockSupport.parkNanos(BRIEFLY_NANOS);
        now = System.nanoTime();
      }
    }
  }
}
