package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;

/** Control of the unit but for its environment: control and status word, stack, FWAIT (SDM Vol. 1 8.3.10 to 8.3.12). */
final class Control {
  private static final long WAIT_TRAPS = ControlRegisters.CR0_MP | ControlRegisters.CR0_TS;

  private Control() {}

  static void addTo(X87Rows rows) {
    rows.add("9B", "FWAIT", "", d -> new Wait());
    rows.add("D9 /5", "FLDCW", "Mw", d -> new LoadControlWord(d.memory()));
    rows.add("D9 /7", "FNSTCW", "Mw", d -> new StoreControlWord(d.memory()));
    rows.add("DD /7", "FNSTSW", "Mw", d -> new StoreStatusWord(d.memory()));
    rows.add("DF E0", "FNSTSW", "AX", d -> new StatusWordToAx());
    rows.add("DB E2", "FNCLEX", "", d -> new ClearExceptions());
    rows.add("DB E3", "FNINIT", "", d -> new Initialize());
    rows.add("DB E0", "FNENI", "", d -> new Ignored());
    rows.add("DB E1", "FNDISI", "", d -> new Ignored());
    rows.add("DB E4", "FNSETPM", "", d -> new Ignored());
    rows.add("D9 D0", "FNOP", "", d -> new Nothing(Origin.of(d)));
    rows.add("D9 F6", "FDECSTP", "", d -> new Rotate(Origin.of(d), -1));
    rows.add("D9 F7", "FINCSTP", "", d -> new Rotate(Origin.of(d), 1));
    rows.addRegisters("DD C0", "FFREE", "STi", (o, i) -> new Free(o, i, false));
    rows.addRegisters("DF C0", "FFREEP", "STi", (o, i) -> new Free(o, i, true));
  }

  record Wait() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      if ((cpu.control.cr0() & WAIT_TRAPS) == WAIT_TRAPS) {
        throw cpu.fault(GuestFault.NM);
      }
      Origin.raisePending(cpu);
    }
  }

  record LoadControlWord(MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      int control = source.read16(cpu);
      cpu.fpu.loadWords(control, cpu.fpu.storedStatusWord());
    }
  }

  record StoreControlWord(MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
      destination.write16(cpu, cpu.fpu.controlWord);
    }
  }

  record StoreStatusWord(MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
      destination.write16(cpu, cpu.fpu.storedStatusWord());
    }
  }

  record StatusWordToAx() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
      cpu.set16(Cpu.RAX, cpu.fpu.storedStatusWord());
    }
  }

  record ClearExceptions() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
      cpu.x87.clearExceptions();
    }
  }

  record Initialize() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
      cpu.fpu.initialize();
    }
  }

  /** What controlled the 8087 and 80287 and later processors accept. */
  record Ignored() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.requireAvailable(cpu);
    }
  }

  record Nothing(Origin origin) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      origin.begin(cpu);
    }
  }

  record Rotate(Origin origin, int by) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      unit.clearC1();
      unit.rotate(by);
    }
  }

  record Free(Origin origin, int register, boolean pop) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      unit.clearC1();
      unit.free(register);
      if (pop) {
        unit.pop();
      }
    }
  }
}
