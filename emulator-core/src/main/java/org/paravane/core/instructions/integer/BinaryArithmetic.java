package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.LOCKABLE;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OpcodeMap;

/** ADD, OR, ADC, SBB, AND, SUB, XOR, CMP and TEST (SDM Vol. 1 7.3.2, 7.3.5). */
public final class BinaryArithmetic {
  private static final String[] MNEMONICS = {"ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP"};

  static final int ADD = 0;
  static final int OR = 1;
  static final int ADC = 2;
  static final int SBB = 3;
  static final int AND = 4;
  static final int SUB = 5;
  static final int XOR = 6;
  static final int CMP = 7;
  static final int TEST = 8;

  private BinaryArithmetic() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    for (int op = 0; op < 8; op++) {
      int operation = op;
      String mnemonic = MNEMONICS[op];
      Opcode.Trait[] traits =
          op == ADC || op == SBB
              ? new Opcode.Trait[] {LOCKABLE, READS_FLAGS}
              : op == CMP
                  ? new Opcode.Trait[] {WRITES_FLAGS}
                  : new Opcode.Trait[] {LOCKABLE, WRITES_FLAGS};
      Opcode.Trait[] unlocked =
          op == ADC || op == SBB
              ? new Opcode.Trait[] {READS_FLAGS}
              : new Opcode.Trait[] {WRITES_FLAGS};
      map.add(hex(8 * op), mnemonic, "Eb,Gb", d -> registerSource(d, operation, 8), traits);
      map.add(
          hex(8 * op + 1),
          mnemonic,
          "Ev,Gv",
          d -> registerSource(d, operation, d.operandSize()),
          traits);
      map.add(hex(8 * op + 2), mnemonic, "Gb,Eb", d -> memorySource(d, operation, 8), unlocked);
      map.add(
          hex(8 * op + 3),
          mnemonic,
          "Gv,Ev",
          d -> memorySource(d, operation, d.operandSize()),
          unlocked);
      map.add(hex(8 * op + 4), mnemonic, "AL,Ib", d -> accumulator(d, operation, 8), unlocked);
      map.add(
          hex(8 * op + 5),
          mnemonic,
          "rAX,Iz",
          d -> accumulator(d, operation, d.operandSize()),
          unlocked);
      map.add("80 /" + op, mnemonic, "Eb,Ib", d -> immediateSource(d, operation, 8), traits);
      map.add(
          "81 /" + op,
          mnemonic,
          "Ev,Iz",
          d -> immediateSource(d, operation, d.operandSize()),
          traits);
      map.add("82 /" + op, mnemonic, "Eb,Ib", d -> immediateSource(d, operation, 8), plus(traits));
      map.add(
          "83 /" + op,
          mnemonic,
          "Ev,Ib",
          d -> immediateSource(d, operation, d.operandSize()),
          traits);
    }
    map.add("84", "TEST", "Eb,Gb", d -> registerSource(d, TEST, 8), WRITES_FLAGS);
    map.add("85", "TEST", "Ev,Gv", d -> registerSource(d, TEST, d.operandSize()), WRITES_FLAGS);
    map.add("A8", "TEST", "AL,Ib", d -> accumulator(d, TEST, 8), WRITES_FLAGS);
    map.add("A9", "TEST", "rAX,Iz", d -> accumulator(d, TEST, d.operandSize()), WRITES_FLAGS);
    for (String group : new String[] {"/0", "/1"}) {
      map.add("F6 " + group, "TEST", "Eb,Ib", d -> immediateSource(d, TEST, 8), WRITES_FLAGS);
      map.add(
          "F7 " + group,
          "TEST",
          "Ev,Iz",
          d -> immediateSource(d, TEST, d.operandSize()),
          WRITES_FLAGS);
    }
  }

  private static String hex(int opcode) {
    return "%02X".formatted(opcode);
  }

  private static Opcode.Trait[] plus(Opcode.Trait[] traits) {
    Opcode.Trait[] more = java.util.Arrays.copyOf(traits, traits.length + 1);
    more[traits.length] = Opcode.Trait.INVALID64;
    return more;
  }

  private static int reg(Decoded d, int bits) {
    return bits == 8 ? d.reg8() : d.reg();
  }

  private static int rm(Decoded d, int bits) {
    return bits == 8 ? d.rm8() : d.rm();
  }

  private static Instruction registerSource(Decoded d, int operation, int bits) {
    if (d.isRegister()) {
      return registers(operation, bits, rm(d, bits), reg(d, bits));
    }
    return switch (operation) {
      case CMP -> new CompareMemoryRegister(bits, d.memory(), reg(d, bits));
      case TEST -> new TestMemoryRegister(bits, d.memory(), reg(d, bits));
      default -> new MemoryRegister(operation, bits, d.memory(), reg(d, bits));
    };
  }

  private static Instruction memorySource(Decoded d, int operation, int bits) {
    if (d.isRegister()) {
      return registers(operation, bits, reg(d, bits), rm(d, bits));
    }
    return operation == CMP
        ? new CompareRegisterMemory(bits, reg(d, bits), d.memory())
        : new RegisterMemory(operation, bits, reg(d, bits), d.memory());
  }

  private static Instruction accumulator(Decoded d, int operation, int bits) {
    return immediates(operation, bits, Cpu.RAX, d.immediate());
  }

  private static Instruction immediateSource(Decoded d, int operation, int bits) {
    if (d.isRegister()) {
      return immediates(operation, bits, rm(d, bits), d.immediate());
    }
    return switch (operation) {
      case CMP ->
          bits == 8
              ? new CompareByteMemoryImmediate(d.memory(), (int) d.immediate())
              : new CompareMemoryImmediate(bits, d.memory(), d.immediate());
      case TEST ->
          bits == 8
              ? new TestByteMemoryImmediate(d.memory(), (int) d.immediate())
              : new TestMemoryImmediate(bits, d.memory(), d.immediate());
      default -> new MemoryImmediate(operation, bits, d.memory(), d.immediate());
    };
  }

  private static Instruction registers(int operation, int bits, int destination, int source) {
    if (bits >= 32) {
      return WideArithmetic.registers(operation, bits, destination, source);
    }
    return bits == 8 && operation == TEST
        ? new TestByteRegisters(destination, source)
        : new RegisterRegister(operation, bits, destination, source);
  }

  private static Instruction immediates(int operation, int bits, int destination, long immediate) {
    return bits >= 32
        ? WideArithmetic.immediate(operation, bits, destination, immediate)
        : new RegisterImmediate(operation, bits, destination, immediate);
  }

  /** Computes the result and sets the flags; operands and result need no masking. */
  static long compute(Cpu cpu, int operation, int shift, long a, long b) {
    long result;
    switch (operation) {
      case ADD -> {
        result = a + b;
        cpu.flagsOfAdd(a, b, shift);
      }
      case ADC -> {
        result = a + b + (cpu.carry() ? 1 : 0);
        cpu.flagsOfAddWithCarry(a, b, result, shift);
      }
      case SUB, CMP -> {
        result = a - b;
        cpu.flagsOfSubtract(a, b, shift);
      }
      case SBB -> {
        result = a - b - (cpu.carry() ? 1 : 0);
        cpu.flagsOfSubtractWithBorrow(a, b, result, shift);
      }
      case OR -> {
        result = a | b;
        cpu.flagsOfLogic(result, shift);
      }
      case XOR -> {
        result = a ^ b;
        cpu.flagsOfLogic(result, shift);
      }
      default -> {
        result = a & b;
        cpu.flagsOfLogic(result, shift);
      }
    }
    return result;
  }

  private static boolean writes(int operation) {
    return operation < CMP;
  }

  record RegisterRegister(int operation, int bits, int destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long result =
          compute(cpu, operation, 64 - bits, cpu.get(destination, bits), cpu.get(source, bits));
      if (writes(operation)) {
        cpu.set(destination, bits, result);
      }
    }
  }

  record RegisterImmediate(int operation, int bits, int destination, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long result = compute(cpu, operation, 64 - bits, cpu.get(destination, bits), immediate);
      if (writes(operation)) {
        cpu.set(destination, bits, result);
      }
    }
  }

  record RegisterMemory(int operation, int bits, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu, bits);
      long result = compute(cpu, operation, 64 - bits, cpu.get(destination, bits), value);
      if (writes(operation)) {
        cpu.set(destination, bits, result);
      }
    }
  }

  record MemoryRegister(int operation, int bits, MemoryOperand destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      update(cpu, operation, bits, destination, cpu.get(source, bits));
    }
  }

  record MemoryImmediate(int operation, int bits, MemoryOperand destination, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      update(cpu, operation, bits, destination, immediate);
    }
  }

  private static void update(Cpu cpu, int operation, int bits, MemoryOperand destination, long b) {
    long linear = destination.forWrite(cpu, bits >> 3);
    long a = cpu.memory.update(linear, destination.segment(), bits);
    // The write cannot fault any more, so the flags may change before it.
    long result = compute(cpu, operation, 64 - bits, a, b);
    cpu.memory.write(linear, destination.segment(), bits, result);
  }

  record CompareRegisterMemory(int bits, int left, MemoryOperand right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long b = right.read(cpu, bits);
      long a = cpu.get(left, bits);
      cpu.flagsOfSubtract(a, b, 64 - bits);
    }
  }

  record CompareMemoryRegister(int bits, MemoryOperand left, int right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = left.read(cpu, bits);
      long b = cpu.get(right, bits);
      cpu.flagsOfSubtract(a, b, 64 - bits);
    }
  }

  record CompareMemoryImmediate(int bits, MemoryOperand left, long right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = left.read(cpu, bits);
      cpu.flagsOfSubtract(a, right, 64 - bits);
    }
  }

  record TestMemoryRegister(int bits, MemoryOperand left, int right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.flagsOfLogic(left.read(cpu, bits) & cpu.get(right, bits), 64 - bits);
    }
  }

  record TestMemoryImmediate(int bits, MemoryOperand left, long right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.flagsOfLogic(left.read(cpu, bits) & right, 64 - bits);
    }
  }

  record TestByteRegisters(int left, int right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.flagsOfLogic(cpu.get8(left) & cpu.get8(right), 56);
    }
  }

  record CompareByteMemoryImmediate(MemoryOperand left, int right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int a = left.read8(cpu);
      cpu.flagsOfSubtract(a, right, 56);
    }
  }

  record TestByteMemoryImmediate(MemoryOperand left, int right) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.flagsOfLogic(left.read8(cpu) & right, 56);
    }
  }
}
