package org.paravane.core.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.paravane.core.cpu.BlockRestart;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.MachineStop;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.OpcodeMap;
import org.paravane.core.host.HostCode;
import org.paravane.core.instructions.integer.FrequentInstructions;
import org.paravane.core.machine.ExitReason;

/** Executes one processor's instructions, block by block. */
final class Interpreter {
  private static final int TABLE_ENTRIES = 8192;

  private final Cpu cpu;
  private final LinearMemory memory;
  private final BlockCache cache;
  private final BlockBuilder builder;

  /** Verified blocks by a hash of their linear address. */
  private final Block[] table = new Block[TABLE_ENTRIES];

  private final TranslatedBlocks translated;
  private final RegionCompiler regions;
  private final RegionTraining training;

  /** When it was made, on the host's clock. */
  private final long startNanos = System.nanoTime();

  private ExitReason stop;
  private DebugControl control;
  private DebuggedBlocks debugged;

  Interpreter(Cpu cpu, BlockCache cache, TranslatedBlocks translated, OpcodeMap map) {
    this.cpu = cpu;
    this.cache = cache;
    this.translated = translated;
    memory = cpu.memory;
    builder = new BlockBuilder(map);
    regions = new RegionCompiler(cpu, ForkJoinPool.commonPool());
    training = new RegionTraining(cpu);
    cache.attach(memory);
    java.util.Arrays.fill(table, Block.NONE);
  }

  /** Says where blocks are compiled that were executed so many times; null for nowhere. */
  void compileRegions(Executor executor, int hot) {
    regions.compile(executor, hot);
  }

  /** Gives a debugger its say, or nobody for null. */
  void debugger(DebugControl newControl) {
    control = newControl;
    debugged = newControl == null ? null : new DebuggedBlocks(this, cpu, builder, newControl);
  }

  /** Forgets the decoded code that it knows; the cache was cleared. */
  void forgetDecoded() {
    java.util.Arrays.fill(table, Block.NONE);
    memory.currentCode(LinearMemory.CodeRange.NONE);
    stop = null;
    debugger(control);
  }

  /** Ends the run. */
  void stop(ExitReason reason) {
    stop = reason;
  }

  /** The reason of an instruction to end the run, or null; asking takes it. */
  ExitReason takeStop() {
    ExitReason taken = stop;
    stop = null;
    return taken;
  }

  /**
   * Brings the processor from one instruction boundary to a later one: delivers what is pending, then executes until
   * {@link Cpu#deadline}, which the caller has set.
   */
  void run() {
    if (stop != null
        || !cpu.events.listening()
        || deliverPending()
        || cpu.events.activity() != Activity.RUNNING) {
      return;
    }
    boolean watched = control != null && control.armed();
    if (stepping()) {
      if (!watched || debugged.mayStep()) {
        step();
      }
    } else if (watched) {
      debugged.run();
    } else {
      runBlocks();
    }
  }

  /** Delivers a debug trap, an NMI or an interrupt if one is due; true if the processor's state changed. */
  private boolean deliverPending() {
    if (cpu.debug.triggered() && !cpu.events.debugShadow()) {
      cpu.events.deliverDebugTrap(cpu.debug.takeTriggered());
      return true;
    }
    if (cpu.events.interruptShadow()) {
      return false;
    }
    if (cpu.events.nmiDeliverable()) {
      cpu.events.activity(Activity.RUNNING);
      cpu.events.deliverNmi();
      return true;
    }
    if ((cpu.systemFlags & Rflags.IF) != 0
        && cpu.platform.interruptController(cpu).interruptPending()) {
      int vector = cpu.platform.interruptController(cpu).acknowledgeInterrupt();
      if (vector >= 0) {
        cpu.events.activity(Activity.RUNNING);
        cpu.events.deliverInterrupt(vector);
        return true;
      }
    }
    return false;
  }

  /** Tells whether something has to be looked at after, or before, every single instruction. */
  private boolean stepping() {
    return (cpu.systemFlags & (Rflags.TF | Rflags.RF)) != 0
        || cpu.events.interruptShadow()
        || cpu.debug.codeBreakpoints();
  }

  /** Executes one instruction, with breakpoints, single-step trap and interrupt shadow. */
  void step() {
    cpu.debug.beginStep((cpu.systemFlags & Rflags.TF) != 0);
    boolean resume = (cpu.systemFlags & Rflags.RF) != 0;
    boolean shadow = cpu.events.interruptShadow();
    if (!resume && !cpu.events.debugShadow() && cpu.debug.codeBreakpoints()) {
      long hit = cpu.debug.codeBreakpointAt(cpu.segmentBase[Segments.CS] + cpu.rip());
      if (hit != 0) {
        cpu.events.deliverDebugFault(hit);
        return;
      }
    }
    boolean executed = stepInstruction();
    if (shadow) {
      cpu.events.endInterruptShadow();
    }
    if (executed) {
      if (resume) {
        cpu.systemFlags &= ~Rflags.RF;
      }
      cpu.debug.endStep();
    }
    cpu.attention();
  }

  /** Executes one instruction; false if it faulted or ended the run. */
  private boolean stepInstruction() {
    memory.currentCode(LinearMemory.CodeRange.NONE);
    try {
      Block block = lookUp(cpu.segmentBase[Segments.CS] + cpu.rip(), cpu.mode | CpuMode.SINGLE);
      block.code[0].execute(cpu);
      cpu.instructions++;
      cpu.gpr[Cpu.RIP] += block.fallThrough;
      return true;
    } catch (GuestFault fault) {
      deliver(fault);
    } catch (MachineStop e) {
      stop = e.reason();
    }
    return false;
  }

  /**
   * Executes the instruction at RIP for a hypervisor that emulates it; it is not counted.
   *
   * @throws GuestFault if the instruction faults
   */
  void emulate() {
    memory.currentCode(LinearMemory.CodeRange.NONE);
    try {
      Block block = lookUp(cpu.segmentBase[Segments.CS] + cpu.rip(), cpu.mode | CpuMode.SINGLE);
      block.code[0].execute(cpu);
      cpu.gpr[Cpu.RIP] += block.fallThrough;
    } catch (MachineStop e) {
      stop = e.reason();
      cpu.attention();
    }
  }

  private void runBlocks() {
    final Cpu cpu = this.cpu;
    final LinearMemory memory = this.memory;
    final long[] gpr = cpu.gpr;
    Block block = Block.NONE;
    Region region = null;
    int asked = HostCode.BETWEEN_BLOCKS;
    try {
      block = next(Block.NONE);
      while (true) {
        int first = 0;
        if (++block.executions < block.hotAt) {
          asked = HostCode.BETWEEN_BLOCKS;
        } else if (translated.wants(block)) {
          if (translated.isReady(block)) {
            asked = translated.execute(cpu, block, asked);
            if (asked < 0) {
              if (cpu.instructions >= cpu.deadline) {
                return;
              }
              Block from = HostCode.isLink(asked) ? translated.from(asked) : Block.NONE;
              block = Block.NONE;
              block = next(from);
              continue;
            }
            block = translated.in(asked);
            first = HostCode.instructionOf(asked);
          }
          asked = HostCode.BETWEEN_BLOCKS;
        } else {
          region = regionOf(block);
          if (region != null) {
            memory.currentCode(region);
            int position =
                region.pace.timesNext() ? timed(region, block) : region.execute(cpu, null);
            Region left = region;
            region = null;
            if (position == Region.BETWEEN_BLOCKS) {
              if (cpu.instructions >= cpu.deadline) {
                return;
              }
              block = Block.NONE;
              block = next(Block.NONE);
              continue;
            }
            block = left.block(position);
            first = Region.index(position);
          }
        }
        memory.currentCode(block);
        FrequentInstructions.execute(block.code, block.numbers, first, cpu);
        cpu.instructions += block.instructionCount;
        gpr[Cpu.RIP] += block.fallThrough;
        if (cpu.instructions >= cpu.deadline) {
          return;
        }
        Block from = block;
        // A fault of the fetch is the next block's, of which nothing is executed.
        block = Block.NONE;
        long linear = cpu.segmentBase[Segments.CS] + gpr[Cpu.RIP];
        Block successor = from.successor;
        if (successor.linear == linear && current(successor)) {
          block = successor;
        } else {
          block = next(from);
        }
      }
    } catch (GuestFault fault) {
      retire(region, block);
      deliver(fault);
    } catch (BlockRestart e) {
      retire(region, block);
      step();
    } catch (MachineStop e) {
      retire(region, block);
      stop = e.reason();
    }
  }

  /** The region that starts with a block which is executed often, or null if there is none yet. */
  private Region regionOf(Block block) {
    if (block.region == null && !block.takeOffered()) {
      regions.request(block);
      return null;
    }
    return block.region.suits(cpu, block) ? block.region : null;
  }

  /** Executes a region and looks at the host's clock; a slow one is put aside for a while. */
  private int timed(Region region, Block entry) {
    long instructions = cpu.instructions;
    long start = System.nanoTime();
    int position = region.execute(cpu, null);
    long now = System.nanoTime();
    if (region.pace.trainsNow()) {
      training.train(region, 1);
    }
    double average = (double) (now - startNanos) / cpu.instructions;
    region.pace.timed(now - start, cpu.instructions - instructions, average);
    if (region.pace.tooSlow()) {
      regions.pause(entry, region);
    }
    return position;
  }

  private void retire(Region region, Block block) {
    if (region == null) {
      retire(block, cpu.completed);
      cpu.completed = 0;
    } else {
      retire(region.block(region.position), Region.index(region.position));
    }
  }

  void retire(Block block, int count) {
    cpu.instructions += count;
    if (block != Block.NONE) {
      cpu.gpr[Cpu.RIP] += block.starts[count];
    }
  }

  void deliver(GuestFault fault) {
    cpu.gpr[Cpu.RIP] &= ripMask();
    cpu.events.deliverFault(fault);
  }

  private boolean current(Block block) {
    return block.mode == cpu.mode
        && (block.epoch == memory.localEpoch() || block.epoch == memory.globalEpoch());
  }

  /** The block at RIP, entered from {@code from}. */
  Block next(Block from) {
    cpu.gpr[Cpu.RIP] &= ripMask();
    long linear = cpu.segmentBase[Segments.CS] + cpu.gpr[Cpu.RIP];
    Block other = from.otherSuccessor;
    if (other.linear == linear && current(other)) {
      // The one entered last is looked at first.
      from.otherSuccessor = from.successor;
      from.successor = other;
      return other;
    }
    Block found = table[hash(linear)];
    if (found.linear != linear || !current(found)) {
      found = lookUp(linear, cpu.mode);
      table[hash(linear)] = found;
    }
    if (from != Block.NONE) {
      from.entered(found);
    }
    return found;
  }

  private static int hash(long linear) {
    return (int) (linear ^ linear >>> 13) & TABLE_ENTRIES - 1;
  }

  long ripMask() {
    return CpuMode.is64(cpu.mode) ? -1L : 0xffff_ffffL;
  }

  /** The block at a linear address by way of the page tables, decoded if it is not there yet. */
  private Block lookUp(long linear, int mode) {
    if (!CpuMode.is64(mode)) {
      linear &= 0xffff_ffffL;
      requireWithinLimit(1);
    }
    long ramOffset = memory.ramOffsetForFetch(linear);
    Block block = ramOffset < 0 ? null : cache.find(ramOffset, mode);
    if (block != null
        && block.secondRamOffset >= 0
        && memory.ramOffsetForFetch((linear | 0xfff) + 1) != block.secondRamOffset) {
      cache.beforeCodeWrite(ramOffset, 1);
      block = null;
    }
    if (block == null) {
      block = builder.build(cpu, linear, ramOffset, mode);
      block.hotAt = translated.wants(block) ? translated.hot() : regions.hot();
      if (ramOffset >= 0) {
        cache.add(block);
      }
    }
    if ((mode & CpuMode.LIMITED) != 0) {
      if ((mode & CpuMode.SINGLE) == 0 && !withinLimit(block.length)) {
        return lookUp(linear, mode | CpuMode.SINGLE);
      }
      requireWithinLimit(block.length);
    } else if (ramOffset >= 0) {
      long epoch = memory.fetchEpoch(linear);
      if (block.secondRamOffset >= 0 && epoch == memory.globalEpoch()) {
        epoch = memory.fetchEpoch((linear | 0xfff) + 1);
      }
      block.linear = linear;
      block.epoch = epoch;
    }
    return block;
  }

  private boolean withinLimit(int sizeBytes) {
    long limit = cpu.segments.limit[Segments.CS] & 0xffff_ffffL;
    return cpu.gpr[Cpu.RIP] + sizeBytes - 1 <= limit;
  }

  private void requireWithinLimit(int sizeBytes) {
    if (!withinLimit(sizeBytes)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }
}
