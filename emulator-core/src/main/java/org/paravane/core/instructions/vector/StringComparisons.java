package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.Decoded;

/** PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM (SDM Vol. 1 12.9.2, Vol. 2B 4.1). */
final class StringComparisons {
  private static final int WORDS = 1;
  private static final int SIGNED = 2;
  private static final int EQUAL_ANY = 0;
  private static final int RANGES = 1;
  private static final int EQUAL_EACH = 2;
  private static final int NEGATIVE = 0x10;
  private static final int ONLY_VALID = 0x20;
  private static final int LAST_OR_EXPANDED = 0x40;

  private StringComparisons() {}

  static void addTo(VectorRows rows) {
    add(rows, "66 0F 3A 60", "PCMPESTRM", true, false);
    add(rows, "66 0F 3A 61", "PCMPESTRI", true, true);
    add(rows, "66 0F 3A 62", "PCMPISTRM", false, false);
    add(rows, "66 0F 3A 63", "PCMPISTRI", false, true);
  }

  private static void add(
      VectorRows rows,
      String encoding,
      String mnemonic,
      boolean explicitLength,
      boolean givesIndex) {
    rows.addWithFlags(
        "SSE4.2",
        encoding,
        mnemonic,
        "Vdq,Wdq,Ib",
        d ->
            instruction(
                d,
                new Comparison((int) d.immediate() & 0x7f, explicitLength, d.rexW(), givesIndex)));
  }

  /** These never ask for alignment. */
  private static Instruction instruction(Decoded d, PackedOperation operation) {
    return d.isRegister()
        ? new VectorOperands.XmmXmm(operation, reg(d), rm(d))
        : new VectorOperands.XmmUnaligned(operation, reg(d), d.memory());
  }

  record Comparison(int control, boolean explicitLength, boolean wide, boolean givesIndex)
      implements PackedOperation {
    @Override
    public void apply(Cpu cpu, int destination, long low, long high) {
      long aLow = cpu.fpu.xmm[destination];
      long aHigh = cpu.fpu.xmm[destination + 1];
      int count = count(control);
      int aLength = explicitLength ? length(cpu, Cpu.RAX, count) : terminated(aLow, aHigh, count);
      int bLength = explicitLength ? length(cpu, Cpu.RDX, count) : terminated(low, high, count);
      int result = compare(control, aLow, aHigh, aLength, low, high, bLength);
      if ((control & NEGATIVE) != 0) {
        result ^= (control & ONLY_VALID) != 0 ? (1 << bLength) - 1 : (1 << count) - 1;
      }
      if (givesIndex) {
        cpu.gpr[Cpu.RCX] = result == 0 ? count : index(result);
      } else {
        writeMask(cpu, result, count);
      }
      cpu.statusFlags(
          (result != 0 ? Rflags.CF : 0)
              | (bLength < count ? Rflags.ZF : 0)
              | (aLength < count ? Rflags.SF : 0)
              | ((result & 1) != 0 ? Rflags.OF : 0));
    }

    private int index(int result) {
      return (control & LAST_OR_EXPANDED) != 0
          ? 31 - Integer.numberOfLeadingZeros(result)
          : Integer.numberOfTrailingZeros(result);
    }

    private int length(Cpu cpu, int register, int count) {
      long value = wide ? cpu.gpr[register] : (int) cpu.gpr[register];
      return value >= count || value <= -count ? count : (int) Math.abs(value);
    }

    private int terminated(long low, long high, int count) {
      int i = 0;
      while (i < count && element(control, low, high, i) != 0) {
        i++;
      }
      return i;
    }

    private void writeMask(Cpu cpu, int result, int count) {
      long[] xmm = cpu.fpu.xmm;
      if ((control & LAST_OR_EXPANDED) == 0) {
        xmm[0] = result;
        xmm[1] = 0;
        return;
      }
      int width = 128 / count;
      int perHalf = count / 2;
      xmm[0] = expanded(result, width, perHalf);
      xmm[1] = expanded(result >> perHalf, width, perHalf);
    }
  }

  private static long expanded(int bits, int width, int lanes) {
    long result = 0;
    for (int i = 0; i < lanes; i++) {
      result |= (bits >> i & 1) != 0 ? (1L << width) - 1 << i * width : 0;
    }
    return result;
  }

  private static int count(int control) {
    return (control & WORDS) != 0 ? 8 : 16;
  }

  private static int element(int control, long low, long high, int index) {
    if ((control & WORDS) != 0) {
      int word = Lanes.word(index < 4 ? low : high, index & 3);
      return (control & SIGNED) != 0 ? word : word & 0xffff;
    }
    int value = (byte) ((index < 8 ? low : high) >>> 8 * (index & 7));
    return (control & SIGNED) != 0 ? value : value & 0xff;
  }

  /** IntRes1: a bit an element of {@code b}. */
  private static int compare(
      int control, long aLow, long aHigh, int aLength, long bLow, long bHigh, int bLength) {
    int count = count(control);
    int result = 0;
    for (int j = 0; j < count; j++) {
      boolean holds =
          switch (control >> 2 & 3) {
            case EQUAL_ANY ->
                j < bLength && any(control, aLow, aHigh, aLength, element(control, bLow, bHigh, j));
            case RANGES ->
                j < bLength
                    && inRange(control, aLow, aHigh, aLength, element(control, bLow, bHigh, j));
            case EQUAL_EACH ->
                j < aLength && j < bLength
                    ? element(control, aLow, aHigh, j) == element(control, bLow, bHigh, j)
                    : j >= aLength && j >= bLength;
            default -> startsAt(control, aLow, aHigh, aLength, bLow, bHigh, bLength, j);
          };
      result |= holds ? 1 << j : 0;
    }
    return result;
  }

  private static boolean any(int control, long low, long high, int length, int wanted) {
    for (int i = 0; i < length; i++) {
      if (element(control, low, high, i) == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean inRange(int control, long low, long high, int length, int wanted) {
    for (int i = 0; i + 1 < length; i += 2) {
      if (element(control, low, high, i) <= wanted
          && wanted <= element(control, low, high, i + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code a} is found in {@code b} at an index, as far as the register reaches. */
  private static boolean startsAt(
      int control,
      long aLow,
      long aHigh,
      int aLength,
      long bLow,
      long bHigh,
      int bLength,
      int index) {
    int compared = Math.min(aLength, count(control) - index);
    for (int i = 0; i < compared; i++) {
      if (index + i >= bLength
          || element(control, aLow, aHigh, i) != element(control, bLow, bHigh, index + i)) {
        return false;
      }
    }
    return true;
  }
}
