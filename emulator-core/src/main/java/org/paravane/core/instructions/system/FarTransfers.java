package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.INVALID64;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** Far JMP, CALL and RET, and IRET (SDM Vol. 1 7.3.8). */
public final class FarTransfers {
  private FarTransfers() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("EA", "JMP", "Ap", d -> direct(d, false), BRANCH, INVALID64);
    map.add("9A", "CALL", "Ap", d -> direct(d, true), BRANCH, INVALID64);
    map.add("FF /5", "JMP", "Mp", d -> indirect(d, false), BRANCH);
    map.add("FF /3", "CALL", "Mp", d -> indirect(d, true), BRANCH);
    map.add("CB", "RETF", "", d -> new Return(d.operandSize(), 0), BRANCH);
    map.add(
        "CA", "RETF", "Iw", d -> new Return(d.operandSize(), (int) d.immediate() & 0xffff), BRANCH);
    map.add("CF", "IRET", "", d -> new InterruptReturn(d.operandSize(), NextAddress.of(d)), BRANCH);
  }

  private static Instruction direct(Decoded d, boolean call) {
    return new Direct(
        call, (int) d.immediate2(), d.immediate(), d.operandSize(), NextAddress.of(d));
  }

  private static Instruction indirect(Decoded d, boolean call) {
    int bits = d.operandSize();
    return new Indirect(call, d.memory(), d.memory().plus(bits >> 3), bits, NextAddress.of(d));
  }

  private static void transfer(
      Cpu cpu, boolean call, int selector, long offset, int bits, NextAddress next) {
    if (call) {
      cpu.farCalls.call(selector, offset, bits, next.in(cpu));
    } else {
      cpu.farCalls.jump(selector, offset, next.in(cpu));
    }
  }

  record Direct(boolean call, int selector, long offset, int bits, NextAddress next)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      transfer(cpu, call, selector, offset, bits, next);
    }
  }

  record Indirect(
      boolean call, MemoryOperand offset, MemoryOperand selector, int bits, NextAddress next)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long target = offset.read(cpu, bits);
      transfer(cpu, call, selector.read16(cpu), target, bits, next);
    }
  }

  record Return(int bits, int parameterBytes) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.farReturns.farReturn(bits, parameterBytes);
    }
  }

  record InterruptReturn(int bits, NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.farReturns.interruptReturn(bits, next.in(cpu));
    }
  }
}
