package org.paravane.core.instructions.integer;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;

/**
 * {@link BinaryArithmetic} on 32-bit and 64-bit registers, a record for each operation: these are most of what kernels
 * execute. {@code shift} is 64 minus the operand width; {@code mask} clears what a 32-bit write clears.
 */
final class WideArithmetic {
  private WideArithmetic() {}

  /** The operation {@code destination op= source}. */
  static Instruction registers(int operation, int bits, int destination, int source) {
    int shift = 64 - bits;
    long mask = -1L >>> shift;
    return switch (operation) {
      case BinaryArithmetic.ADD -> new AddRegister(shift, mask, destination, source);
      case BinaryArithmetic.SUB -> new SubtractRegister(shift, mask, destination, source);
      case BinaryArithmetic.AND -> new AndRegister(shift, mask, destination, source);
      case BinaryArithmetic.OR -> new OrRegister(shift, mask, destination, source);
      case BinaryArithmetic.XOR -> new XorRegister(shift, mask, destination, source);
      case BinaryArithmetic.CMP -> new CompareRegister(shift, destination, source);
      case BinaryArithmetic.TEST -> new TestRegister(shift, destination, source);
      default -> new BinaryArithmetic.RegisterRegister(operation, bits, destination, source);
    };
  }

  /** The operation {@code destination op= immediate}. */
  static Instruction immediate(int operation, int bits, int destination, long immediate) {
    int shift = 64 - bits;
    long mask = -1L >>> shift;
    return switch (operation) {
      case BinaryArithmetic.ADD -> new AddImmediate(shift, mask, destination, immediate);
      case BinaryArithmetic.SUB -> new SubtractImmediate(shift, mask, destination, immediate);
      case BinaryArithmetic.AND -> new AndImmediate(shift, mask, destination, immediate);
      case BinaryArithmetic.OR -> new OrImmediate(shift, mask, destination, immediate);
      case BinaryArithmetic.XOR -> new XorImmediate(shift, mask, destination, immediate);
      case BinaryArithmetic.CMP -> new CompareImmediate(shift, destination, immediate);
      case BinaryArithmetic.TEST -> new TestImmediate(shift, destination, immediate);
      default -> new BinaryArithmetic.RegisterImmediate(operation, bits, destination, immediate);
    };
  }

  record AddRegister(int shift, long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      long result = a + b;
      cpu.flagsOfAdd(a, b, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new AddRegisterOnly(mask, destination, source);
    }
  }

  record AddRegisterOnly(long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] + cpu.gpr[source]) & mask;
    }
  }

  record SubtractRegister(int shift, long mask, int destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      long result = a - b;
      cpu.flagsOfSubtract(a, b, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new SubtractRegisterOnly(mask, destination, source);
    }
  }

  record SubtractRegisterOnly(long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] - cpu.gpr[source]) & mask;
    }
  }

  record AndRegister(int shift, long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      long result = a & b;
      cpu.flagsOfLogic(result, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new AndRegisterOnly(mask, destination, source);
    }
  }

  record AndRegisterOnly(long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] & cpu.gpr[source]) & mask;
    }
  }

  record OrRegister(int shift, long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      long result = a | b;
      cpu.flagsOfLogic(result, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new OrRegisterOnly(mask, destination, source);
    }
  }

  record OrRegisterOnly(long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] | cpu.gpr[source]) & mask;
    }
  }

  record XorRegister(int shift, long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      long result = a ^ b;
      cpu.flagsOfLogic(result, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new XorRegisterOnly(mask, destination, source);
    }
  }

  record XorRegisterOnly(long mask, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] ^ cpu.gpr[source]) & mask;
    }
  }

  record CompareRegister(int shift, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      cpu.flagsOfSubtract(a, b, shift);
    }
  }

  record TestRegister(int shift, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = cpu.gpr[source];
      cpu.flagsOfLogic(a & b, shift);
    }
  }

  record AddImmediate(int shift, long mask, int destination, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      long result = a + b;
      cpu.flagsOfAdd(a, b, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new AddImmediateOnly(mask, destination, immediate);
    }
  }

  record AddImmediateOnly(long mask, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] + immediate) & mask;
    }
  }

  record SubtractImmediate(int shift, long mask, int destination, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      long result = a - b;
      cpu.flagsOfSubtract(a, b, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new SubtractImmediateOnly(mask, destination, immediate);
    }
  }

  record SubtractImmediateOnly(long mask, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] - immediate) & mask;
    }
  }

  record AndImmediate(int shift, long mask, int destination, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      long result = a & b;
      cpu.flagsOfLogic(result, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new AndImmediateOnly(mask, destination, immediate);
    }
  }

  record AndImmediateOnly(long mask, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] & immediate) & mask;
    }
  }

  record OrImmediate(int shift, long mask, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      long result = a | b;
      cpu.flagsOfLogic(result, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new OrImmediateOnly(mask, destination, immediate);
    }
  }

  record OrImmediateOnly(long mask, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] | immediate) & mask;
    }
  }

  record XorImmediate(int shift, long mask, int destination, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      long result = a ^ b;
      cpu.flagsOfLogic(result, shift);
      cpu.gpr[destination] = result & mask;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new XorImmediateOnly(mask, destination, immediate);
    }
  }

  record XorImmediateOnly(long mask, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[destination] = (cpu.gpr[destination] ^ immediate) & mask;
    }
  }

  record CompareImmediate(int shift, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      cpu.flagsOfSubtract(a, b, shift);
    }
  }

  record TestImmediate(int shift, int destination, long immediate) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[destination];
      long b = immediate;
      cpu.flagsOfLogic(a & b, shift);
    }
  }
}
