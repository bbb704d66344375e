package org.paravane.core.execution;

import java.util.IdentityHashMap;
import java.util.Map;
import org.paravane.core.cpu.BlockRestart;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.MachineStop;
import org.paravane.core.cpu.Segments;
import org.paravane.core.machine.ExitReason;

/**
 * Executes one processor's blocks while a debugger has its say: the same blocks that the interpreter would execute, so
 * that interrupts come where they would come, but those that the debugger looks into instruction by instruction.
 */
final class DebuggedBlocks {
  private static final int MAX_EXACT_BLOCKS = 4096;

  private final Interpreter interpreter;
  private final Cpu cpu;
  private final LinearMemory memory;
  private final BlockBuilder builder;
  private final DebugControl control;

  /** Blocks as they were decoded, without what the builder makes faster. */
  private final Map<Block, Block> exactBlocks = new IdentityHashMap<>();

  DebuggedBlocks(Interpreter interpreter, Cpu cpu, BlockBuilder builder, DebugControl control) {
    this.interpreter = interpreter;
    this.cpu = cpu;
    this.builder = builder;
    this.control = control;
    memory = cpu.memory;
  }

  /** Executes one instruction on its own; false if the debugger would have it looked at again. */
  boolean mayStep() {
    long linear = cpu.segmentBase[Segments.CS] + cpu.rip();
    return !control.looksInto(cpu, linear, 1, 1) || obey(control.beforeInstruction(cpu));
  }

  /** Executes blocks until {@link Cpu#deadline}, or until the debugger gives an order. */
  void run() {
    Block block = Block.NONE;
    int i = 0;
    try {
      do {
        // A fault of the fetch comes before a breakpoint: the instruction is not there yet.
        block = Block.NONE;
        i = 0;
        block = interpreter.next(Block.NONE);
        memory.currentCode(block);
        long linear = cpu.segmentBase[Segments.CS] + cpu.rip();
        if (control.looksInto(cpu, linear, block.length, block.instructionCount)) {
          block = exact(block, linear);
          for (i = 0; i < block.code.length; i++) {
            if (!mayExecute(block.starts[i], i)) {
              return;
            }
            block.code[i].execute(cpu);
          }
        } else {
          for (i = 0; i < block.code.length; i++) {
            block.code[i].execute(cpu);
          }
        }
        cpu.instructions += block.instructionCount;
        cpu.gpr[Cpu.RIP] += block.fallThrough;
      } while (cpu.instructions < cpu.deadline);
    } catch (GuestFault fault) {
      interpreter.retire(block, i);
      interpreter.deliver(fault);
    } catch (BlockRestart e) {
      interpreter.retire(block, i);
      interpreter.step();
    } catch (MachineStop e) {
      interpreter.retire(block, i);
      interpreter.stop(e.reason());
    }
  }

  private Block exact(Block block, long linear) {
    if (block.instructionCount == 1) {
      return block;
    }
    if (exactBlocks.size() >= MAX_EXACT_BLOCKS) {
      exactBlocks.clear();
    }
    return exactBlocks.computeIfAbsent(
        block, _ -> builder.buildExact(cpu, linear, block.ramOffset, block.mode));
  }

  /** Brings the registers up to an instruction within a block while the debugger looks. */
  private boolean mayExecute(int offset, int count) {
    long start = cpu.gpr[Cpu.RIP];
    cpu.gpr[Cpu.RIP] = start + offset & interpreter.ripMask();
    cpu.instructions += count;
    boolean goesOn = obey(control.beforeInstruction(cpu));
    if (goesOn) {
      cpu.gpr[Cpu.RIP] = start;
      cpu.instructions -= count;
    }
    return goesOn;
  }

  private boolean obey(DebugControl.Order order) {
    return switch (order) {
      case GO_ON -> true;
      case GO_ON_CHANGED -> false;
      case LEAVE -> {
        interpreter.stop(new ExitReason.StopRequested());
        yield false;
      }
    };
  }
}
