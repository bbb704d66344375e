package org.paravane.core.instructions.system;

import static org.paravane.core.decode.Opcode.Trait.ENDS_BLOCK;
import static org.paravane.core.decode.Opcode.Trait.INVALID64;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.PRIVILEGED;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Descriptor;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * LGDT, LIDT, SGDT, SIDT, LLDT, LTR, SLDT and STR; LAR, LSL, VERR, VERW and ARPL (SDM Vol. 3A 2.8.2, 5.10).
 */
public final class DescriptorTables {
  private static final int LAR_TYPES =
      1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11 | 1 << 12;
  private static final int LAR_TYPES_LONG = 1 << 2 | 1 << 9 | 1 << 11 | 1 << 12;
  private static final int LSL_TYPES = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 11;
  private static final int LSL_TYPES_LONG = 1 << 2 | 1 << 9 | 1 << 11;

  private enum Question {
    ACCESS_RIGHTS,
    LIMIT,
    READABLE,
    WRITABLE
  }

  private DescriptorTables() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("0F 01 /0", "SGDT", "Ms", d -> storeTable(d, false), MAY_FAULT);
    map.add("0F 01 /1", "SIDT", "Ms", d -> storeTable(d, true), MAY_FAULT);
    map.add("0F 01 /2", "LGDT", "Ms", d -> loadTable(d, false), ENDS_BLOCK, PRIVILEGED);
    map.add("0F 01 /3", "LIDT", "Ms", d -> loadTable(d, true), ENDS_BLOCK, PRIVILEGED);
    map.add("0F 00 /0", "SLDT", "Evw", d -> storeSelector(d, Segments.LDTR), MAY_FAULT);
    map.add("0F 00 /1", "STR", "Evw", d -> storeSelector(d, Segments.TR), MAY_FAULT);
    map.add(
        "0F 00 /2",
        "LLDT",
        "Ew",
        d -> loadSelector(d, Segments.LDTR),
        ENDS_BLOCK,
        PRIVILEGED,
        MAY_FAULT);
    map.add(
        "0F 00 /3",
        "LTR",
        "Ew",
        d -> loadSelector(d, Segments.TR),
        ENDS_BLOCK,
        PRIVILEGED,
        MAY_FAULT);
    map.add("0F 00 /4", "VERR", "Ew", d -> ask(d, Question.READABLE), READS_FLAGS, MAY_FAULT);
    map.add("0F 00 /5", "VERW", "Ew", d -> ask(d, Question.WRITABLE), READS_FLAGS, MAY_FAULT);
    map.add("0F 02", "LAR", "Gv,Evw", d -> ask(d, Question.ACCESS_RIGHTS), READS_FLAGS, MAY_FAULT);
    map.add("0F 03", "LSL", "Gv,Evw", d -> ask(d, Question.LIMIT), READS_FLAGS, MAY_FAULT);
    map.add("63", "ARPL", "Ew,Gw", DescriptorTables::adjust, INVALID64, READS_FLAGS, MAY_FAULT);
  }

  /** CR4.UMIP keeps what these instructions store from programs. */
  static void requireInformationAllowed(Cpu cpu) {
    if (cpu.cpl != 0 && (cpu.control.cr4() & ControlRegisters.CR4_UMIP) != 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  private static void requireProtectedMode(Cpu cpu) {
    if (cpu.control.paragraphSegments()) {
      throw cpu.fault(GuestFault.UD);
    }
  }

  private static void zero(Cpu cpu, boolean value) {
    cpu.statusFlags(value ? cpu.statusFlags() | Rflags.ZF : cpu.statusFlags() & ~Rflags.ZF);
  }

  private static Instruction storeTable(Decoded d, boolean interrupts) {
    return new StoreTable(interrupts, d.memory(), d.memory().plus(2), d.is64() ? 64 : 32);
  }

  private static Instruction loadTable(Decoded d, boolean interrupts) {
    long mask = d.is64() ? -1L : d.operandSize() == 16 ? 0xff_ffffL : 0xffff_ffffL;
    return new LoadTable(interrupts, d.memory(), d.memory().plus(2), d.is64() ? 64 : 32, mask);
  }

  private static Instruction storeSelector(Decoded d, int register) {
    return d.isRegister()
        ? new StoreSelector(d.rm(), d.operandSize(), register)
        : new StoreSelectorToMemory(d.memory(), register);
  }

  private static Instruction loadSelector(Decoded d, int register) {
    return d.isRegister()
        ? new LoadSelector(register, d.rm())
        : new LoadSelectorFromMemory(register, d.memory());
  }

  private static Instruction ask(Decoded d, Question question) {
    return d.isRegister()
        ? new Ask(question, d.reg(), d.operandSize(), d.rm())
        : new AskFromMemory(question, d.reg(), d.operandSize(), d.memory());
  }

  private static Instruction adjust(Decoded d) {
    return d.isRegister()
        ? new AdjustRegister(d.rm(), d.reg())
        : new AdjustMemory(d.memory(), d.reg());
  }

  record StoreTable(boolean interrupts, MemoryOperand limit, MemoryOperand base, int bits)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireInformationAllowed(cpu);
      Segments segments = cpu.segments;
      cpu.memory.requireWritable(base.forWrite(cpu, bits >> 3), base.segment(), bits >> 3);
      limit.write16(cpu, interrupts ? segments.idtrLimit : segments.gdtrLimit);
      base.write(cpu, bits, interrupts ? segments.idtrBase : segments.gdtrBase);
    }
  }

  record LoadTable(boolean interrupts, MemoryOperand limit, MemoryOperand base, int bits, long mask)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.requirePrivilege();
      int newLimit = limit.read16(cpu);
      long newBase = base.read(cpu, bits) & mask;
      if (newBase << 16 >> 16 != newBase) {
        throw cpu.fault(GuestFault.GP, 0);
      }
      if (interrupts) {
        cpu.segments.idtrLimit = newLimit;
        cpu.segments.idtrBase = newBase;
      } else {
        cpu.segments.gdtrLimit = newLimit;
        cpu.segments.gdtrBase = newBase;
      }
    }
  }

  record StoreSelector(int destination, int bits, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      requireInformationAllowed(cpu);
      cpu.set(destination, bits, cpu.segments.selector[register]);
    }
  }

  record StoreSelectorToMemory(MemoryOperand destination, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      requireInformationAllowed(cpu);
      destination.write16(cpu, cpu.segments.selector[register]);
    }
  }

  private static void load(Cpu cpu, int register, int selector) {
    if (register == Segments.LDTR) {
      cpu.loader.loadLdtr(selector);
    } else {
      cpu.loader.loadTr(selector);
    }
  }

  record LoadSelector(int register, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      cpu.requirePrivilege();
      load(cpu, register, cpu.get16(source));
    }
  }

  record LoadSelectorFromMemory(int register, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      cpu.requirePrivilege();
      load(cpu, register, source.read16(cpu));
    }
  }

  private static void answer(Cpu cpu, Question question, int destination, int bits, int selector) {
    Descriptor descriptor = cpu.loader.find(selector);
    boolean valid = descriptor != null && valid(cpu, descriptor, question);
    if (valid && question == Question.ACCESS_RIGHTS) {
      cpu.set(destination, bits, descriptor.upperDoubleword() & (bits == 16 ? 0xff00 : 0xff_ff00));
    } else if (valid && question == Question.LIMIT) {
      cpu.set(destination, bits, descriptor.limit() & 0xffff_ffffL);
    }
    zero(cpu, valid);
  }

  private static boolean valid(Cpu cpu, Descriptor descriptor, Question question) {
    if (!descriptor.conforming() && descriptor.dpl() < Math.max(cpu.cpl, descriptor.rpl())) {
      return false;
    }
    boolean longMode = cpu.control.longModeActive();
    int types =
        switch (question) {
          case ACCESS_RIGHTS -> longMode ? LAR_TYPES_LONG : LAR_TYPES;
          case LIMIT -> longMode ? LSL_TYPES_LONG : LSL_TYPES;
          case READABLE, WRITABLE -> 0;
        };
    return switch (question) {
      case READABLE -> descriptor.readable();
      case WRITABLE -> descriptor.writable();
      case ACCESS_RIGHTS, LIMIT -> !descriptor.system() || (types >> descriptor.type() & 1) != 0;
    };
  }

  record Ask(Question question, int destination, int bits, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      answer(cpu, question, destination, bits, cpu.get16(source));
    }
  }

  record AskFromMemory(Question question, int destination, int bits, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      answer(cpu, question, destination, bits, source.read16(cpu));
    }
  }

  record AdjustRegister(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      int value = cpu.get16(destination);
      int level = cpu.get16(source) & 3;
      boolean adjusted = (value & 3) < level;
      if (adjusted) {
        cpu.set16(destination, value & ~3 | level);
      }
      zero(cpu, adjusted);
    }
  }

  record AdjustMemory(MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      requireProtectedMode(cpu);
      long linear = destination.forWrite(cpu, 2);
      int value = cpu.memory.update16(linear, destination.segment());
      int level = cpu.get16(source) & 3;
      boolean adjusted = (value & 3) < level;
      if (adjusted) {
        cpu.memory.write16(linear, destination.segment(), value & ~3 | level);
      }
      zero(cpu, adjusted);
    }
  }
}
