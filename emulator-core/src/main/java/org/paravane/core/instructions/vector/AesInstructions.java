package org.paravane.core.instructions.vector;

import org.paravane.core.cpu.Cpu;

/** AES-NI and PCLMULQDQ (SDM Vol. 1 12.13). Byte {@code i} of a register is row {@code i % 4}, column {@code i / 4}. */
final class AesInstructions {
  private static final byte[] SUBSTITUTION = new byte[256];
  private static final byte[] INVERSE = new byte[256];

  static {
    // FIPS 197 5.1.1: p runs through all powers of the generator 3, q through their inverses.
    int p = 1;
    int q = 1;
    do {
      p = doubled(p) ^ p;
      q ^= q << 1;
      q ^= q << 2;
      q ^= q << 4;
      q = q & 0xff ^ ((q & 0x80) != 0 ? 9 : 0);
      int spread = q ^ q << 1 ^ q << 2 ^ q << 3 ^ q << 4;
      substitute(p, (spread ^ spread >> 8 ^ 0x63) & 0xff);
    } while (p != 1);
    substitute(0, 0x63);
  }

  private AesInstructions() {}

  private static void substitute(int from, int to) {
    SUBSTITUTION[from] = (byte) to;
    INVERSE[to] = (byte) from;
  }

  static void addTo(VectorRows rows) {
    rows.xmm(
        "AES",
        "66 0F 38 DB",
        "AESIMC",
        (cpu, to, low, high) -> set(cpu, to, unmixed(low), unmixed(high), 0, 0));
    rows.xmm(
        "AES",
        "66 0F 38 DC",
        "AESENC",
        (cpu, to, low, high) -> {
          long first = shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 0, 1, SUBSTITUTION);
          long second = shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 2, 1, SUBSTITUTION);
          set(cpu, to, mixed(first), mixed(second), low, high);
        });
    rows.xmm(
        "AES",
        "66 0F 38 DD",
        "AESENCLAST",
        (cpu, to, low, high) -> {
          long first = shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 0, 1, SUBSTITUTION);
          set(
              cpu,
              to,
              first,
              shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 2, 1, SUBSTITUTION),
              low,
              high);
        });
    rows.xmm(
        "AES",
        "66 0F 38 DE",
        "AESDEC",
        (cpu, to, low, high) -> {
          long first = shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 0, -1, INVERSE);
          long second = shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 2, -1, INVERSE);
          set(cpu, to, unmixed(first), unmixed(second), low, high);
        });
    rows.xmm(
        "AES",
        "66 0F 38 DF",
        "AESDECLAST",
        (cpu, to, low, high) -> {
          long first = shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 0, -1, INVERSE);
          set(
              cpu,
              to,
              first,
              shifted(cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], 2, -1, INVERSE),
              low,
              high);
        });
    rows.xmmImmediate(
        "AES",
        "66 0F 3A DF",
        "AESKEYGENASSIST",
        constant ->
            (cpu, to, low, high) ->
                set(cpu, to, assisted(low, constant), assisted(high, constant), 0, 0));
    rows.xmmImmediate(
        "PCLMULQDQ",
        "66 0F 3A 44",
        "PCLMULQDQ",
        selection ->
            (cpu, to, low, high) -> {
              long a = cpu.fpu.xmm[to + (selection & 1)];
              long b = (selection & 0x10) == 0 ? low : high;
              set(cpu, to, carrylessLow(a, b), carrylessHigh(a, b), 0, 0);
            });
  }

  private static void set(Cpu cpu, int to, long low, long high, long lowKey, long highKey) {
    cpu.fpu.xmm[to] = low ^ lowKey;
    cpu.fpu.xmm[to + 1] = high ^ highKey;
  }

  /** ShiftRows and SubBytes, or their inverses, for two columns from {@code column} on. */
  private static long shifted(long low, long high, int column, int direction, byte[] table) {
    long result = 0;
    for (int i = 0; i < 8; i++) {
      int row = i & 3;
      int from = row + 4 * (column + (i >> 2) + direction * row & 3);
      int value = (int) ((from < 8 ? low : high) >>> 8 * (from & 7)) & 0xff;
      result |= (table[value] & 0xffL) << 8 * i;
    }
    return result;
  }

  private static int doubled(int a) {
    return a << 1 ^ ((a & 0x80) != 0 ? 0x11b : 0);
  }

  /** MixColumns of two columns. */
  private static long mixed(long columns) {
    return product(columns, 2, 3, 1, 1);
  }

  /** InvMixColumns of two columns. */
  private static long unmixed(long columns) {
    return product(columns, 14, 11, 13, 9);
  }

  private static long product(long columns, int first, int second, int third, int fourth) {
    long result = 0;
    for (int i = 0; i < 8; i++) {
      int base = i & 4;
      int value =
          multiplied(columns, base | i & 3, first)
              ^ multiplied(columns, base | i + 1 & 3, second)
              ^ multiplied(columns, base | i + 2 & 3, third)
              ^ multiplied(columns, base | i + 3 & 3, fourth);
      result |= (long) value << 8 * i;
    }
    return result;
  }

  private static int multiplied(long columns, int index, int factor) {
    int value = (int) (columns >>> 8 * index) & 0xff;
    int result = 0;
    for (int rest = factor; rest != 0; rest >>= 1) {
      result ^= (rest & 1) != 0 ? value : 0;
      value = doubled(value);
    }
    return result;
  }

  /** From the upper doubleword: SubWord, and RotWord of SubWord with the round constant. */
  private static long assisted(long half, int constant) {
    int word = 0;
    for (int i = 0; i < 4; i++) {
      word |= (SUBSTITUTION[(int) (half >>> 32 + 8 * i) & 0xff] & 0xff) << 8 * i;
    }
    return Lanes.dwords(word, Integer.rotateRight(word, 8) ^ constant);
  }

  private static long carrylessLow(long a, long b) {
    long result = 0;
    for (int i = 0; i < 64; i++) {
      result ^= a << i & -(b >>> i & 1);
    }
    return result;
  }

  private static long carrylessHigh(long a, long b) {
    long result = 0;
    for (int i = 1; i < 64; i++) {
      result ^= a >>> 64 - i & -(b >>> i & 1);
    }
    return result;
  }
}
