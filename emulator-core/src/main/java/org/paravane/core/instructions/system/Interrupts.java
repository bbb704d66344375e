package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.INVALID64;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.decode.OpcodeMap;

/** INT3, INT n, INTO and INT1, and the instructions that are undefined for ever (SDM Vol. 2 INT n, UD). */
public final class Interrupts {
  private Interrupts() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("CC", "INT3", "", d -> new Breakpoint(NextAddress.of(d)), BRANCH, READS_FLAGS);
    map.add(
        "CD",
        "INT",
        "Ib",
        d -> new Interrupt((int) d.immediate() & 0xff, NextAddress.of(d)),
        BRANCH,
        READS_FLAGS);
    map.add("CE", "INTO", "", d -> new Overflow(NextAddress.of(d)), BRANCH, INVALID64, READS_FLAGS);
    map.add("F1", "INT1", "", d -> new DebugInterrupt(NextAddress.of(d)), BRANCH, READS_FLAGS);
    map.add("0F FF", "UD0", "Gv,Ev", d -> new Undefined(), BRANCH);
    map.add("0F B9", "UD1", "Gv,Ev", d -> new Undefined(), BRANCH);
    map.add("0F 0B", "UD2", "", d -> new Undefined(), BRANCH);
  }

  record Breakpoint(NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.events.deliverSoftware(GuestFault.BP, next.in(cpu));
    }
  }

  record Interrupt(int vector, NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.events.deliverInterruptInstruction(vector, next.in(cpu));
    }
  }

  record Overflow(NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      if (cpu.overflow()) {
        cpu.events.deliverSoftware(GuestFault.OF, next.in(cpu));
      } else {
        cpu.rip(next.in(cpu));
      }
    }
  }

  record DebugInterrupt(NextAddress next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.events.deliverInt1(next.in(cpu));
    }
  }

  record Undefined() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      throw cpu.fault(GuestFault.UD);
    }
  }
}
