package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.DEFAULT64;
import static org.paravane.core.decode.Opcode.Trait.ENDS_BLOCK;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.OpcodeMap;

/** CLC, STC, CMC, CLD, STD, LAHF, SAHF, PUSHF and POPF (SDM Vol. 1 7.3.13). */
public final class FlagOps {
  private static final int AH = Cpu.RAX + 16;
  private static final int AH_FLAGS = Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF | Rflags.CF;

  private FlagOps() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("F5", "CMC", "", d -> new ComplementCarry(), READS_FLAGS);
    map.add("F8", "CLC", "", d -> new SetCarry(false));
    map.add("F9", "STC", "", d -> new SetCarry(true));
    map.add("FC", "CLD", "", d -> new SetDirection(0));
    map.add("FD", "STD", "", d -> new SetDirection(Rflags.DF));
    map.add("9E", "SAHF", "", d -> new StoreAh(), READS_FLAGS);
    map.add("9F", "LAHF", "", d -> new LoadAh(), READS_FLAGS);
    map.add("9C", "PUSHF", "", d -> new Push(d.operandSize()), DEFAULT64, MAY_FAULT, READS_FLAGS);
    map.add(
        "9D",
        "POPF",
        "",
        d -> new Pop(d.operandSize()),
        DEFAULT64,
        MAY_FAULT,
        ENDS_BLOCK,
        WRITES_FLAGS);
  }

  private static boolean virtual8086(Cpu cpu) {
    return (cpu.systemFlags & Rflags.VM) != 0;
  }

  private static int ioPrivilegeLevel(Cpu cpu) {
    return (cpu.systemFlags & Rflags.IOPL) >> 12;
  }

  /** Tells whether virtual-8086 mode keeps IF virtual; there without VME, or for 32 bits, the instruction faults. */
  private static boolean virtualInterruptFlag(Cpu cpu, int bits) {
    if (!virtual8086(cpu) || ioPrivilegeLevel(cpu) == 3) {
      return false;
    }
    if (bits != 16 || (cpu.control.cr4() & ControlRegisters.CR4_VME) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return true;
  }

  record ComplementCarry() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.flagCarries ^= 0xc000_0000_0000_0000L;
    }
  }

  record SetCarry(boolean value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.carry(value);
    }
  }

  record SetDirection(int value) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.systemFlags = cpu.systemFlags & ~Rflags.DF | value;
    }
  }

  record LoadAh() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set8(AH, cpu.statusFlags() & AH_FLAGS | 2);
    }
  }

  record StoreAh() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.statusFlags(cpu.get8(AH) & AH_FLAGS | (cpu.overflow() ? Rflags.OF : 0));
    }
  }

  record Push(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int image = cpu.rflags() & ~(Rflags.RF | Rflags.VM);
      if (virtualInterruptFlag(cpu, bits)) {
        boolean virtualIf = (cpu.systemFlags & Rflags.VIF) != 0;
        image = image & ~Rflags.IF | (virtualIf ? Rflags.IF : 0) | Rflags.IOPL;
      }
      cpu.stack.push(bits, image);
    }
  }

  record Pop(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      boolean virtualIf = virtualInterruptFlag(cpu, bits);
      int value = (int) cpu.stack.peek(0, bits);
      int changeable = Rflags.STATUS | Rflags.TF | Rflags.DF | Rflags.NT;
      if (bits != 16) {
        changeable |= Rflags.AC | Rflags.ID | Rflags.RF;
        // RF is cleared, not popped.
        value &= ~Rflags.RF;
      }
      if (virtualIf) {
        boolean enable = (value & Rflags.IF) != 0;
        if ((value & Rflags.TF) != 0 || enable && (cpu.systemFlags & Rflags.VIP) != 0) {
          throw cpu.fault(GuestFault.GP, 0);
        }
        changeable |= Rflags.VIF;
        value = value & ~Rflags.VIF | (enable ? Rflags.VIF : 0);
      } else {
        if (cpu.cpl <= ioPrivilegeLevel(cpu)) {
          changeable |= Rflags.IF;
        }
        if (cpu.cpl == 0) {
          changeable |= Rflags.IOPL;
        }
      }
      cpu.stack.pointer(cpu.stack.pointer() + (bits >> 3));
      cpu.rflags(cpu.rflags() & ~changeable | value & changeable);
    }
  }
}
