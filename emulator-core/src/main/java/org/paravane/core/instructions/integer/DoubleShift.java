package org.paravane.core.instructions.integer;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * SHLD and SHRD (SDM Vol. 1 7.3.6.2). A count of zero leaves the flags. A 16-bit operand shifted by more than 16,
 * which the manual leaves undefined, is followed by itself again once the source is used up, as Intel processors do
 * it.
 */
public final class DoubleShift {
  private DoubleShift() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("0F A4", "SHLD", "Ev,Gv,Ib", d -> create(d, true, (int) d.immediate()));
    map.add("0F A5", "SHLD", "Ev,Gv,CL", d -> create(d, true, -1));
    map.add("0F AC", "SHRD", "Ev,Gv,Ib", d -> create(d, false, (int) d.immediate()));
    map.add("0F AD", "SHRD", "Ev,Gv,CL", d -> create(d, false, -1));
  }

  private static Instruction create(Decoded d, boolean left, int immediate) {
    boolean byCl = d.opcodeByte() == 0xa5 || d.opcodeByte() == 0xad;
    int bits = d.operandSize();
    int count = byCl ? -1 : immediate & ShiftRotate.countMask(bits);
    return d.isRegister()
        ? new Register(left, bits, d.rm(), d.reg(), count)
        : new Memory(left, bits, d.memory(), d.reg(), count);
  }

  /** Computes the result and sets the flags; operands are zero-extended, {@code count} is 1 to 31 (63 for 64 bits). */
  static long compute(Cpu cpu, boolean left, int bits, long a, long b, int count) {
    int shift = 64 - bits;
    if (left) {
      // The destination's bits at the top, followed by the source's.
      long high = bits == 64 ? a : bits == 32 ? a << 32 | b : a << 48 | b << 32 | a << 16;
      long low = bits == 64 ? b : 0;
      long result = high << count | low >>> 64 - count;
      ShiftRotate.flags(cpu, result >> shift, high << count - 1, high ^ high << 1);
      return result >>> shift;
    }
    long low = bits == 64 ? a : bits == 32 ? b << 32 | a : a << 32 | b << 16 | a;
    long result = low >>> count | (bits == 64 ? b << 64 - count : 0);
    ShiftRotate.flags(cpu, result << shift >> shift, low << 64 - count, a << shift ^ b << 63);
    return result;
  }

  private static int count(Cpu cpu, int bits, int immediate) {
    return immediate >= 0 ? immediate : (int) cpu.gpr[Cpu.RCX] & ShiftRotate.countMask(bits);
  }

  /** The count is -1 for CL. */
  record Register(boolean left, int bits, int destination, int source, int immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int count = count(cpu, bits, immediate);
      long a = cpu.get(destination, bits);
      cpu.set(
          destination,
          bits,
          count == 0 ? a : compute(cpu, left, bits, a, cpu.get(source, bits), count));
    }
  }

  /** The count is -1 for CL. */
  record Memory(boolean left, int bits, MemoryOperand destination, int source, int immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int count = count(cpu, bits, immediate);
      long linear = destination.forWrite(cpu, bits >> 3);
      long a = cpu.memory.update(linear, destination.segment(), bits);
      if (count != 0) {
        long result = compute(cpu, left, bits, a, cpu.get(source, bits), count);
        cpu.memory.write(linear, destination.segment(), bits, result);
      }
    }
  }
}
