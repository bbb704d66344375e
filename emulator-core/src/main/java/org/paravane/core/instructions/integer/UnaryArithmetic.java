package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.INVALID64;
import static org.paravane.core.decode.Opcode.Trait.LOCKABLE;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** INC, DEC, NOT and NEG (SDM Vol. 1 7.3.2, 7.3.5). INC and DEC leave CF, NOT leaves all flags. */
public final class UnaryArithmetic {
  static final int INC = 0;
  static final int DEC = 1;
  static final int NOT = 2;
  static final int NEG = 3;

  private UnaryArithmetic() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("FE /0", "INC", "Eb", d -> create(d, INC, 8), LOCKABLE);
    map.add("FF /0", "INC", "Ev", d -> create(d, INC, d.operandSize()), LOCKABLE);
    map.add("FE /1", "DEC", "Eb", d -> create(d, DEC, 8), LOCKABLE);
    map.add("FF /1", "DEC", "Ev", d -> create(d, DEC, d.operandSize()), LOCKABLE);
    map.add("F6 /2", "NOT", "Eb", d -> create(d, NOT, 8), LOCKABLE);
    map.add("F7 /2", "NOT", "Ev", d -> create(d, NOT, d.operandSize()), LOCKABLE);
    map.add("F6 /3", "NEG", "Eb", d -> create(d, NEG, 8), LOCKABLE, WRITES_FLAGS);
    map.add("F7 /3", "NEG", "Ev", d -> create(d, NEG, d.operandSize()), LOCKABLE, WRITES_FLAGS);
    map.add(
        "40+r",
        "INC",
        "Zv",
        d -> new Register(INC, d.operandSize(), d.opcodeRegister()),
        INVALID64);
    map.add(
        "48+r",
        "DEC",
        "Zv",
        d -> new Register(DEC, d.operandSize(), d.opcodeRegister()),
        INVALID64);
  }

  private static Instruction create(Decoded d, int operation, int bits) {
    return d.isRegister()
        ? new Register(operation, bits, bits == 8 ? d.rm8() : d.rm())
        : new Memory(operation, bits, d.memory());
  }

  /** Computes the result and sets the flags; neither operand nor result need masking. */
  static long compute(Cpu cpu, int operation, int shift, long a) {
    return switch (operation) {
      case INC -> {
        long result = a + 1;
        boolean overflow = result << shift == Long.MIN_VALUE;
        flagsButCarry(cpu, result << shift >> shift, overflow, (result & 15) == 0);
        yield result;
      }
      case DEC -> {
        long result = a - 1;
        boolean overflow = a << shift == Long.MIN_VALUE;
        flagsButCarry(cpu, result << shift >> shift, overflow, (a & 15) == 0);
        yield result;
      }
      case NOT -> ~a;
      default -> {
        long result = -a;
        cpu.flagsOfSubtract(0, a, shift);
        yield result;
      }
    };
  }

  private static void flagsButCarry(
      Cpu cpu, long result, boolean overflow, boolean auxiliaryCarry) {
    long carry = cpu.flagCarries & Long.MIN_VALUE;
    cpu.flagResult = result;
    cpu.flagCarries =
        (carry | carry >>> 1) ^ (overflow ? 0x4000_0000_0000_0000L : 0) | (auxiliaryCarry ? 8 : 0);
  }

  record Register(int operation, int bits, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(register, bits, compute(cpu, operation, 64 - bits, cpu.get(register, bits)));
    }

    @Override
    public Instruction withoutStatusFlags() {
      return operation == NOT ? this : new RegisterNoFlags(operation, bits, register);
    }
  }

  record RegisterNoFlags(int operation, int bits, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.get(register, bits);
      cpu.set(register, bits, operation == INC ? a + 1 : operation == DEC ? a - 1 : -a);
    }
  }

  record Memory(int operation, int bits, MemoryOperand operand) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long linear = operand.forWrite(cpu, bits >> 3);
      long a = cpu.memory.update(linear, operand.segment(), bits);
      cpu.memory.write(linear, operand.segment(), bits, compute(cpu, operation, 64 - bits, a));
    }
  }
}
