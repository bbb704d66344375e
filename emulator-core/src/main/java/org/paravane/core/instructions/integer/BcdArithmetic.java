package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.INVALID64;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.OpcodeMap;

/**
 * DAA, DAS, AAA, AAS, AAM and AAD (SDM Vol. 1 7.3.3); none exists in 64-bit mode. Flags that the manual leaves
 * undefined are as Intel processors give them: by the result in AL, and by AAD's addition.
 */
public final class BcdArithmetic {
  private BcdArithmetic() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("27", "DAA", "", d -> new DecimalAdjust(false), INVALID64, READS_FLAGS);
    map.add("2F", "DAS", "", d -> new DecimalAdjust(true), INVALID64, READS_FLAGS);
    map.add("37", "AAA", "", d -> new AsciiAdjust(false), INVALID64, READS_FLAGS);
    map.add("3F", "AAS", "", d -> new AsciiAdjust(true), INVALID64, READS_FLAGS);
    map.add(
        "D4",
        "AAM",
        "Ib",
        d -> new AfterMultiply((int) d.immediate() & 0xff),
        INVALID64,
        MAY_FAULT,
        WRITES_FLAGS);
    map.add(
        "D5",
        "AAD",
        "Ib",
        d -> new BeforeDivide((int) d.immediate() & 0xff),
        INVALID64,
        WRITES_FLAGS);
  }

  /** Sets SF, ZF and PF by AL, and CF and AF; OF is 0. */
  private static void flags(Cpu cpu, int al, boolean carry, boolean auxiliaryCarry) {
    cpu.flagsOfLogic(al, 56);
    cpu.statusFlags(cpu.statusFlags() | (carry ? Rflags.CF : 0) | (auxiliaryCarry ? Rflags.AF : 0));
  }

  record DecimalAdjust(boolean subtract) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int al = cpu.get8(Cpu.RAX);
      boolean auxiliaryCarry = cpu.auxiliaryCarry() || (al & 15) > 9;
      boolean carry = cpu.carry() || al > 0x99;
      int correction = (auxiliaryCarry ? 6 : 0) + (carry ? 0x60 : 0);
      int result = (subtract ? al - correction : al + correction) & 0xff;
      // DAS also carries if the first correction borrows (SDM Vol. 2A DAS).
      boolean borrow = subtract && auxiliaryCarry && al < 6;
      flags(cpu, result, carry || borrow, auxiliaryCarry);
      cpu.set8(Cpu.RAX, result);
    }
  }

  record AsciiAdjust(boolean subtract) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int ax = cpu.get16(Cpu.RAX);
      boolean adjust = cpu.auxiliaryCarry() || (ax & 15) > 9;
      if (adjust) {
        ax = subtract ? ax - 0x106 : ax + 0x106;
      }
      flags(cpu, ax & 15, adjust, adjust);
      cpu.set16(Cpu.RAX, ax & 0xff0f);
    }
  }

  record AfterMultiply(int base) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      if (base == 0) {
        throw cpu.fault(GuestFault.DE);
      }
      int al = cpu.get8(Cpu.RAX);
      cpu.set16(Cpu.RAX, al / base << 8 | al % base);
      cpu.flagsOfLogic(al % base, 56);
    }
  }

  record BeforeDivide(int base) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int ax = cpu.get16(Cpu.RAX);
      int al = ax & 0xff;
      int tens = (ax >> 8) * base & 0xff;
      cpu.set16(Cpu.RAX, al + tens & 0xff);
      cpu.flagsOfAdd(al, tens, 56);
    }
  }
}
