package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OpcodeMap;

/**
 * ROL, ROR, RCL, RCR, SHL, SHR and SAR (SDM Vol. 1 7.3.6). A count of zero leaves the flags. Where the manual leaves
 * a flag undefined it is what Intel processors give: OF as a count of one sets it, AF zero after shifts.
 */
public final class ShiftRotate {
  private static final String[] MNEMONICS = {
    "ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SAL", "SAR"
  };

  static final int ROL = 0;
  static final int ROR = 1;
  static final int RCL = 2;
  static final int RCR = 3;
  static final int SHL = 4;
  static final int SHR = 5;
  static final int SAL = 6;
  static final int SAR = 7;

  private ShiftRotate() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    for (int op = 0; op < 8; op++) {
      // SAL is another encoding of SHL.
      int operation = op == SAL ? SHL : op;
      String mnemonic = MNEMONICS[op];
      Opcode.Trait[] byOne = {op == RCL || op == RCR ? READS_FLAGS : WRITES_FLAGS};
      Opcode.Trait[] traits = op == RCL || op == RCR ? byOne : new Opcode.Trait[0];
      if (op == ROL || op == ROR) {
        byOne = traits;
      }
      map.add(
          "C0 /" + op,
          mnemonic,
          "Eb,Ib",
          d -> byImmediate(d, operation, 8, (int) d.immediate()),
          traits);
      map.add(
          "C1 /" + op,
          mnemonic,
          "Ev,Ib",
          d -> byImmediate(d, operation, d.operandSize(), (int) d.immediate()),
          traits);
      map.add("D0 /" + op, mnemonic, "Eb,1", d -> byImmediate(d, operation, 8, 1), byOne);
      map.add(
          "D1 /" + op, mnemonic, "Ev,1", d -> byImmediate(d, operation, d.operandSize(), 1), byOne);
      map.add("D2 /" + op, mnemonic, "Eb,CL", d -> byCl(d, operation, 8), traits);
      map.add("D3 /" + op, mnemonic, "Ev,CL", d -> byCl(d, operation, d.operandSize()), traits);
    }
  }

  private static Instruction byImmediate(Decoded d, int operation, int bits, int immediate) {
    int count = immediate & countMask(bits);
    if (!d.isRegister()) {
      return new MemoryImmediate(operation, bits, d.memory(), count);
    }
    int register = bits == 8 ? d.rm8() : d.rm();
    if (count != 0 && bits == 64) {
      switch (operation) {
        case SHL -> {
          return new Shl64(register, count);
        }
        case SHR -> {
          return new Shr64(register, count);
        }
        case SAR -> {
          return new Sar64(register, count);
        }
        default -> {}
      }
    } else if (count != 0 && bits == 32) {
      switch (operation) {
        case SHL -> {
          return new Shl32(register, count);
        }
        case SHR -> {
          return new Shr32(register, count);
        }
        case SAR -> {
          return new Sar32(register, count);
        }
        default -> {}
      }
    }
    return new RegisterImmediate(operation, bits, register, count);
  }

  private static Instruction byCl(Decoded d, int operation, int bits) {
    return d.isRegister()
        ? new RegisterCl(operation, bits, bits == 8 ? d.rm8() : d.rm())
        : new MemoryCl(operation, bits, d.memory());
  }

  /** What the processor keeps of a count. */
  static int countMask(int bits) {
    return bits == 64 ? 63 : 31;
  }

  /** Computes the result and sets the flags; {@code a} is zero-extended, {@code count} is 1 to 31 (63 for 64 bits). */
  static long compute(Cpu cpu, int operation, int bits, long a, int count) {
    return switch (operation) {
      case ROL -> rotateLeft(cpu, bits, a, count);
      case ROR -> rotateRight(cpu, bits, a, count);
      case RCL -> rotateLeftThroughCarry(cpu, bits, a, count);
      case RCR -> rotateRightThroughCarry(cpu, bits, a, count);
      case SHL -> shl(cpu, bits, a, count);
      case SHR -> shr(cpu, bits, a, count);
      default -> sar(cpu, bits, a, count);
    };
  }

  private static long shl(Cpu cpu, int bits, long a, int count) {
    int shift = 64 - bits;
    long top = a << shift;
    long result = a << count;
    flags(cpu, result << shift >> shift, top << count - 1, top ^ top << 1);
    return result;
  }

  private static long shr(Cpu cpu, int bits, long a, int count) {
    int shift = 64 - bits;
    long result = a >>> count;
    flags(cpu, result << shift >> shift, a << 64 - count, a << shift);
    return result;
  }

  private static long sar(Cpu cpu, int bits, long a, int count) {
    int shift = 64 - bits;
    long extended = a << shift >> shift;
    long result = extended >> count;
    flags(cpu, result, extended >> count - 1 << 63, 0);
    return result;
  }

  /** Sets the flags of a shift: CF is the sign of {@code carry}, OF that of {@code overflow}, AF is 0. */
  static void flags(Cpu cpu, long result, long carry, long overflow) {
    cpu.flagResult = result;
    cpu.flagCarries = carry & Long.MIN_VALUE | (carry ^ overflow) >>> 1 & 0x4000_0000_0000_0000L;
  }

  private static long rotateLeft(Cpu cpu, int bits, long a, int count) {
    int turn = count & bits - 1;
    long result = turn == 0 ? a : a << turn | a >>> bits - turn;
    long top = a << 64 - bits;
    cpu.carryAndOverflow((result & 1) != 0, (top ^ top << 1) < 0);
    return result;
  }

  private static long rotateRight(Cpu cpu, int bits, long a, int count) {
    int turn = count & bits - 1;
    long result = turn == 0 ? a : a >>> turn | a << bits - turn;
    cpu.carryAndOverflow(result << 64 - bits < 0, (a << 64 - bits ^ a << 63) < 0);
    return result;
  }

  private static long rotateLeftThroughCarry(Cpu cpu, int bits, long a, int count) {
    int turn = count % (bits + 1);
    if (turn == 0) {
      return a;
    }
    long carry = cpu.flagCarries >>> 63;
    long result =
        (turn == 64 ? 0 : a << turn) | carry << turn - 1 | (turn == 1 ? 0 : a >>> bits + 1 - turn);
    long top = a << 64 - bits;
    cpu.carryAndOverflow((a >>> bits - turn & 1) != 0, (top ^ top << 1) < 0);
    return result;
  }

  private static long rotateRightThroughCarry(Cpu cpu, int bits, long a, int count) {
    int turn = count % (bits + 1);
    if (turn == 0) {
      return a;
    }
    long carry = cpu.flagCarries >>> 63;
    long result = a >>> turn | carry << bits - turn | (turn == 1 ? 0 : a << bits + 1 - turn);
    if (turn == bits) {
      // A Java shift by the full width of a long would be none.
      result = carry | a << 1;
    }
    cpu.carryAndOverflow((a >>> turn - 1 & 1) != 0, (a << 64 - bits ^ carry << 63) < 0);
    return result;
  }

  private static void update(Cpu cpu, int operation, int bits, MemoryOperand operand, int count) {
    long linear = operand.forWrite(cpu, bits >> 3);
    long a = cpu.memory.update(linear, operand.segment(), bits);
    if (count != 0) {
      cpu.memory.write(linear, operand.segment(), bits, compute(cpu, operation, bits, a, count));
    }
  }

  record RegisterImmediate(int operation, int bits, int register, int count)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.get(register, bits);
      cpu.set(register, bits, count == 0 ? a : compute(cpu, operation, bits, a, count));
    }
  }

  record RegisterCl(int operation, int bits, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int count = (int) cpu.gpr[Cpu.RCX] & countMask(bits);
      long a = cpu.get(register, bits);
      cpu.set(register, bits, count == 0 ? a : compute(cpu, operation, bits, a, count));
    }
  }

  record MemoryImmediate(int operation, int bits, MemoryOperand operand, int count)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      update(cpu, operation, bits, operand, count);
    }
  }

  record MemoryCl(int operation, int bits, MemoryOperand operand) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      update(cpu, operation, bits, operand, (int) cpu.gpr[Cpu.RCX] & countMask(bits));
    }
  }

  record Shl64(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[register];
      long result = a << count;
      flags(cpu, result, a << count - 1, a ^ a << 1);
      cpu.gpr[register] = result;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new Shl64NoFlags(register, count);
    }
  }

  record Shl64NoFlags(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[register] <<= count;
    }
  }

  record Shr64(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[register];
      long result = a >>> count;
      flags(cpu, result, a << 64 - count, a);
      cpu.gpr[register] = result;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new Shr64NoFlags(register, count);
    }
  }

  record Shr64NoFlags(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[register] >>>= count;
    }
  }

  record Sar64(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[register];
      long result = a >> count;
      flags(cpu, result, a << 64 - count, 0);
      cpu.gpr[register] = result;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new Sar64NoFlags(register, count);
    }
  }

  record Sar64NoFlags(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[register] >>= count;
    }
  }

  record Shl32(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long top = cpu.gpr[register] << 32;
      long result = top << count;
      flags(cpu, result >> 32, top << count - 1, top ^ top << 1);
      cpu.gpr[register] = result >>> 32;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new Shl32NoFlags(register, count);
    }
  }

  record Shl32NoFlags(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[register] = cpu.gpr[register] << count & 0xffff_ffffL;
    }
  }

  record Shr32(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long a = cpu.gpr[register];
      // The count is at least 1, so the result is not negative.
      long result = (a & 0xffff_ffffL) >>> count;
      flags(cpu, result, a << 64 - count, a << 32);
      cpu.gpr[register] = result;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new Shr32NoFlags(register, count);
    }
  }

  record Shr32NoFlags(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[register] = (cpu.gpr[register] & 0xffff_ffffL) >>> count;
    }
  }

  record Sar32(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int a = (int) cpu.gpr[register];
      int result = a >> count;
      flags(cpu, result, (long) a << 64 - count, 0);
      cpu.gpr[register] = result & 0xffff_ffffL;
    }

    @Override
    public Instruction withoutStatusFlags() {
      return new Sar32NoFlags(register, count);
    }
  }

  record Sar32NoFlags(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[register] = (int) cpu.gpr[register] >> count & 0xffff_ffffL;
    }
  }
}
