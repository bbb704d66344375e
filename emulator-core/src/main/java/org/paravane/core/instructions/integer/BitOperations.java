package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.LOCKABLE;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * BT, BTS, BTR, BTC, BSF, BSR and POPCNT (SDM Vol. 1 7.3.7). Of the flags that the manual leaves undefined, the bit
 * tests leave all and the scans clear all but PF: so do Intel processors. A scan of zero leaves its destination.
 */
public final class BitOperations {
  static final int BT = 4;
  static final int BTS = 5;
  static final int BTR = 6;
  static final int BTC = 7;

  private BitOperations() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("0F A3", "BT", "Ev,Gv", d -> byRegister(d, BT));
    map.add("0F AB", "BTS", "Ev,Gv", d -> byRegister(d, BTS), LOCKABLE);
    map.add("0F B3", "BTR", "Ev,Gv", d -> byRegister(d, BTR), LOCKABLE);
    map.add("0F BB", "BTC", "Ev,Gv", d -> byRegister(d, BTC), LOCKABLE);
    map.add("0F BA /4", "BT", "Ev,Ib", d -> byImmediate(d, BT));
    map.add("0F BA /5", "BTS", "Ev,Ib", d -> byImmediate(d, BTS), LOCKABLE);
    map.add("0F BA /6", "BTR", "Ev,Ib", d -> byImmediate(d, BTR), LOCKABLE);
    map.add("0F BA /7", "BTC", "Ev,Ib", d -> byImmediate(d, BTC), LOCKABLE);
    map.add("0F BC", "BSF", "Gv,Ev", d -> scan(d, false), WRITES_FLAGS);
    map.add("0F BD", "BSR", "Gv,Ev", d -> scan(d, true), WRITES_FLAGS);
    map.add("POPCNT", "F3 0F B8", "POPCNT", "Gv,Ev", BitOperations::populationCount, WRITES_FLAGS);
  }

  private static Instruction byRegister(Decoded d, int operation) {
    return d.isRegister()
        ? new RegisterRegister(operation, d.operandSize(), d.rm(), d.reg())
        : new MemoryRegister(operation, d.operandSize(), d.memory(), d.reg());
  }

  private static Instruction byImmediate(Decoded d, int operation) {
    int bit = (int) d.immediate() & d.operandSize() - 1;
    return d.isRegister()
        ? new RegisterImmediate(operation, d.operandSize(), d.rm(), bit)
        : new MemoryImmediate(operation, d.operandSize(), d.memory(), bit);
  }

  private static Instruction scan(Decoded d, boolean reverse) {
    return d.isRegister()
        ? new ScanRegister(reverse, d.operandSize(), d.reg(), d.rm())
        : new ScanMemory(reverse, d.operandSize(), d.reg(), d.memory());
  }

  private static Instruction populationCount(Decoded d) {
    return d.isRegister()
        ? new CountRegister(d.operandSize(), d.reg(), d.rm())
        : new CountMemory(d.operandSize(), d.reg(), d.memory());
  }

  /** Sets CF to the bit tested and gives the new value. */
  private static long compute(Cpu cpu, int operation, long value, int bit) {
    cpu.carry((value >>> bit & 1) != 0);
    long mask = 1L << bit;
    return switch (operation) {
      case BTS -> value | mask;
      case BTR -> value & ~mask;
      case BTC -> value ^ mask;
      default -> value;
    };
  }

  private static void inRegister(Cpu cpu, int operation, int bits, int register, int bit) {
    long result = compute(cpu, operation, cpu.get(register, bits), bit);
    if (operation != BT) {
      cpu.set(register, bits, result);
    }
  }

  private static void inMemory(
      Cpu cpu, int operation, int bits, MemoryOperand operand, long delta, int bit) {
    int sizeBytes = bits >> 3;
    int segment = operand.segment();
    long offset = operand.offset(cpu) + delta & operand.offsetMask();
    if (operation == BT) {
      long linear =
          operand.checked()
              ? cpu.segments.checkedRead(segment, offset, sizeBytes)
              : offset + cpu.segmentBase[segment];
      compute(cpu, BT, cpu.memory.read(linear, segment, bits), bit);
      return;
    }
    long linear =
        operand.checked()
            ? cpu.segments.checkedWrite(segment, offset, sizeBytes)
            : offset + cpu.segmentBase[segment];
    long result = compute(cpu, operation, cpu.memory.update(linear, segment, bits), bit);
    cpu.memory.write(linear, segment, bits, result);
  }

  private static void scan(Cpu cpu, boolean reverse, int bits, int destination, long source) {
    if (source == 0) {
      cpu.flagsOfLogic(0, 0);
      return;
    }
    int index =
        reverse ? 63 - Long.numberOfLeadingZeros(source) : Long.numberOfTrailingZeros(source);
    cpu.set(destination, bits, index);
    // ZF is 0 even if the index is; the bit added changes no other flag.
    cpu.flagsOfLogic(index | 1L << 16, 0);
  }

  private static void count(Cpu cpu, int bits, int destination, long source) {
    int count = Long.bitCount(source);
    cpu.set(destination, bits, count);
    // All flags but ZF are 0, PF too: 1 has odd parity, and for 0 the correction bits say so.
    cpu.flagResult = source == 0 ? 0 : 1;
    cpu.flagCarries = source == 0 ? 0x100 : 0;
  }

  record RegisterRegister(int operation, int bits, int destination, int index)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      inRegister(cpu, operation, bits, destination, (int) cpu.gpr[index] & bits - 1);
    }
  }

  record RegisterImmediate(int operation, int bits, int destination, int bit)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      inRegister(cpu, operation, bits, destination, bit);
    }
  }

  /** The bit may lie outside the operand addressed: the index is signed and selects another one. */
  record MemoryRegister(int operation, int bits, MemoryOperand destination, int index)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int unused = 64 - bits;
      long bit = cpu.gpr[index] << unused >> unused;
      long delta =
          bit >> Integer.numberOfTrailingZeros(bits) << Integer.numberOfTrailingZeros(bits) - 3;
      inMemory(cpu, operation, bits, destination, delta, (int) bit & bits - 1);
    }
  }

  record MemoryImmediate(int operation, int bits, MemoryOperand destination, int bit)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      inMemory(cpu, operation, bits, destination, 0, bit);
    }
  }

  record ScanRegister(boolean reverse, int bits, int destination, int source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      scan(cpu, reverse, bits, destination, cpu.get(source, bits));
    }
  }

  record ScanMemory(boolean reverse, int bits, int destination, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      scan(cpu, reverse, bits, destination, source.read(cpu, bits));
    }
  }

  record CountRegister(int bits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      count(cpu, bits, destination, cpu.get(source, bits));
    }
  }

  record CountMemory(int bits, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      count(cpu, bits, destination, source.read(cpu, bits));
    }
  }
}
