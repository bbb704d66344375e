package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.Lanes.BYTES;
import static org.paravane.core.instructions.vector.Lanes.DWORDS;
import static org.paravane.core.instructions.vector.Lanes.WORDS;

import java.util.function.LongBinaryOperator;

/** SSSE3 (SDM Vol. 1 12.6): sums within a register, signs, byte shuffles, PALIGNR. */
final class Ssse3Integers {
  private Ssse3Integers() {}

  static void addTo(VectorRows rows) {
    horizontal(rows, "01", "PHADDW", (a, b) -> sumsOfWords(a) | sumsOfWords(b) << 32);
    horizontal(
        rows, "02", "PHADDD", (a, b) -> a + (a >>> 32) & 0xffff_ffffL | b + (b >>> 32) << 32);
    horizontal(rows, "03", "PHADDSW", (a, b) -> saturatedSums(a, 1) | saturatedSums(b, 1) << 32);
    horizontal(rows, "05", "PHSUBW", (a, b) -> differencesOfWords(a) | differencesOfWords(b) << 32);
    horizontal(
        rows, "06", "PHSUBD", (a, b) -> a - (a >>> 32) & 0xffff_ffffL | b - (b >>> 32) << 32);
    horizontal(rows, "07", "PHSUBSW", (a, b) -> saturatedSums(a, -1) | saturatedSums(b, -1) << 32);
    vertical(rows, "04", "PMADDUBSW", Ssse3Integers::multiplyAddBytes);
    vertical(rows, "08", "PSIGNB", (a, b) -> sign(a, b, BYTES, 8));
    vertical(rows, "09", "PSIGNW", (a, b) -> sign(a, b, WORDS, 16));
    vertical(rows, "0A", "PSIGND", (a, b) -> sign(a, b, DWORDS, 32));
    vertical(rows, "0B", "PMULHRSW", Ssse3Integers::roundedHighProducts);
    vertical(rows, "1C", "PABSB", (a, b) -> sign(b, b, BYTES, 8));
    vertical(rows, "1D", "PABSW", (a, b) -> sign(b, b, WORDS, 16));
    vertical(rows, "1E", "PABSD", (a, b) -> sign(b, b, DWORDS, 32));

    rows.mmx("SSSE3", "NP 0F 38 00", "PSHUFB", (a, b) -> pick(a, a, b, 7));
    rows.xmm(
        "SSSE3",
        "66 0F 38 00",
        "PSHUFB",
        (cpu, to, low, high) -> {
          long first = cpu.fpu.xmm[to];
          long second = cpu.fpu.xmm[to + 1];
          cpu.fpu.xmm[to] = pick(first, second, low, 15);
          cpu.fpu.xmm[to + 1] = pick(first, second, high, 15);
        });
    rows.add(
        "SSSE3",
        "NP 0F 3A 0F",
        "PALIGNR",
        "Pq,Qq,Ib",
        d -> {
          int bytes = (int) d.immediate() & 0xff;
          return VectorRows.mmx(d, (a, b) -> Lanes.bytesFrom(b, a, bytes), 64);
        });
    rows.xmmImmediate(
        "SSSE3",
        "66 0F 3A 0F",
        "PALIGNR",
        bytes ->
            (cpu, to, low, high) -> {
              long first = cpu.fpu.xmm[to];
              long second = cpu.fpu.xmm[to + 1];
              cpu.fpu.xmm[to] =
                  bytes < 8
                      ? Lanes.bytesFrom(low, high, bytes)
                      : bytesBehind(high, first, second, bytes);
              cpu.fpu.xmm[to + 1] = bytesBehind(high, first, second, bytes + 8);
            });
  }

  private static void horizontal(
      VectorRows rows, String opcode, String mnemonic, LongBinaryOperator operation) {
    rows.mmx("SSSE3", "NP 0F 38 " + opcode, mnemonic, operation);
    rows.xmm("SSSE3", "66 0F 38 " + opcode, mnemonic, PackedOperation.horizontal(operation));
  }

  private static void vertical(
      VectorRows rows, String opcode, String mnemonic, LongBinaryOperator operation) {
    rows.both("SSSE3", "SSSE3", "0F 38 " + opcode, mnemonic, operation);
  }

  /** Eight bytes from byte {@code index - 8} on of the three, zeros behind; {@code index} is at least 8. */
  private static long bytesBehind(long first, long second, long third, int index) {
    return index < 16
        ? Lanes.bytesFrom(first, second, index - 8)
        : Lanes.bytesFrom(second, third, index - 16);
  }

  private static long sumsOfWords(long a) {
    return Lanes.word(a, 0) + Lanes.word(a, 1) & 0xffff
        | (Lanes.word(a, 2) + Lanes.word(a, 3) & 0xffffL) << 16;
  }

  private static long differencesOfWords(long a) {
    return Lanes.word(a, 0) - Lanes.word(a, 1) & 0xffff
        | (Lanes.word(a, 2) - Lanes.word(a, 3) & 0xffffL) << 16;
  }

  private static long saturatedSums(long a, int sign) {
    return saturateWord(Lanes.word(a, 0) + sign * Lanes.word(a, 1))
        | saturateWord(Lanes.word(a, 2) + sign * Lanes.word(a, 3)) << 16;
  }

  private static long saturateWord(int value) {
    return Math.clamp(value, -0x8000, 0x7fff) & 0xffffL;
  }

  private static long multiplyAddBytes(long a, long b) {
    long result = 0;
    for (int i = 0; i < 64; i += 16) {
      int sum =
          (int) (a >>> i & 0xff) * (byte) (b >>> i)
              + (int) (a >>> i + 8 & 0xff) * (byte) (b >>> i + 8);
      result |= saturateWord(sum) << i;
    }
    return result;
  }

  private static long roundedHighProducts(long a, long b) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= ((Lanes.word(a, i) * Lanes.word(b, i) >> 14) + 1 >> 1 & 0xffffL) << 16 * i;
    }
    return result;
  }

  /** {@code a} negated where {@code b} is negative, zero where it is zero. */
  private static long sign(long a, long b, long signs, int width) {
    long negative = Lanes.negative(b, signs, width);
    return Lanes.select(negative, Lanes.subtract(0, a, signs), a)
        & ~Lanes.equal(b, 0, signs, width);
  }

  /** Picks eight bytes of {@code low} and {@code high}; zero where the index has its top bit set. */
  private static long pick(long low, long high, long indices, int mask) {
    long result = 0;
    for (int i = 0; i < 64; i += 8) {
      int index = (int) (indices >>> i);
      if ((index & 0x80) == 0) {
        result |= (((index & mask) < 8 ? low : high) >>> 8 * (index & 7) & 0xff) << i;
      }
    }
    return result;
  }
}
