package org.paravane.core.instructions.vector;

/**
 * Arithmetic on the bytes, words and doublewords packed in 64 bits, without a loop. {@code signs} is the mask of the
 * lanes' top bits ({@link #BYTES}, {@link #WORDS} or {@link #DWORDS}), {@code width} a lane's width in bits.
 */
final class Lanes {
  static final long BYTES = 0x8080_8080_8080_8080L;
  static final long WORDS = 0x8000_8000_8000_8000L;
  static final long DWORDS = 0x8000_0000_8000_0000L;

  private Lanes() {}

  /** Sums modulo the lane. */
  static long add(long a, long b, long signs) {
    return (a & ~signs) + (b & ~signs) ^ (a ^ b) & signs;
  }

  /** Differences modulo the lane. */
  static long subtract(long a, long b, long signs) {
    return (a | signs) - (b & ~signs) ^ (a ^ ~b) & signs;
  }

  /** Fills each lane with its bit of {@code marked}, a subset of the lanes' top bits. */
  private static long fill(long marked, int width) {
    return marked - (marked >>> width - 1) | marked;
  }

  /** All ones where equal. */
  static long equal(long a, long b, long signs, int width) {
    long different = a ^ b;
    return fill(~((different & ~signs) + ~signs | different) & signs, width);
  }

  /** All ones where {@code a > b}, signed. */
  static long greater(long a, long b, long signs, int width) {
    return fill((b & ~a | ~(a ^ b) & subtract(b, a, signs)) & signs, width);
  }

  /** All ones where {@code a > b}, unsigned. */
  static long above(long a, long b, long signs, int width) {
    return fill((a & ~b | ~(a ^ b) & subtract(b, a, signs)) & signs, width);
  }

  /** Each lane from {@code a} where the mask is set, else from {@code b}. */
  static long select(long mask, long a, long b) {
    return a & mask | b & ~mask;
  }

  /** Sums, the largest unsigned value where they overflow. */
  static long addUnsigned(long a, long b, long signs, int width) {
    long sum = add(a, b, signs);
    return sum | fill((a & b | (a | b) & ~sum) & signs, width);
  }

  /** Differences, zero where they are negative. */
  static long subtractUnsigned(long a, long b, long signs, int width) {
    long difference = subtract(a, b, signs);
    return difference & ~fill((~a & b | (~a | b) & difference) & signs, width);
  }

  /** Sums, the nearest signed value where they overflow. */
  static long addSigned(long a, long b, long signs, int width) {
    long sum = add(a, b, signs);
    return saturate(a, sum, ~(a ^ b) & (a ^ sum) & signs, signs, width);
  }

  /** Differences, the nearest signed value where they overflow. */
  static long subtractSigned(long a, long b, long signs, int width) {
    long difference = subtract(a, b, signs);
    return saturate(a, difference, (a ^ b) & (a ^ difference) & signs, signs, width);
  }

  /** Where it overflowed, the extreme value of the sign of {@code a}. */
  private static long saturate(long a, long result, long overflows, long signs, int width) {
    long extreme = ~signs + ((a & signs) >>> width - 1);
    return select(fill(overflows, width), extreme, result);
  }

  /** Rounded averages of unsigned lanes. */
  static long average(long a, long b, long signs) {
    return (a | b) - ((a ^ b) >>> 1 & ~signs);
  }

  /** All ones where the lane is negative. */
  static long negative(long a, long signs, int width) {
    return fill(a & signs, width);
  }

  /** The top bits of the eight bytes, as the low eight bits. */
  static int byteMask(long a) {
    return (int) ((a >>> 7 & 0x0101_0101_0101_0101L) * 0x0102_0408_1020_4080L >>> 56);
  }

  /** Spreads the low four bytes to the low bytes of four words. */
  static long spreadBytes(long a) {
    return spreadHalf((a & 0xffff) | (a & 0xffff_0000L) << 16);
  }

  private static long spreadHalf(long a) {
    return (a | a << 8) & 0x00ff_00ff_00ff_00ffL;
  }

  /** Spreads the low two words to the low words of two doublewords. */
  static long spreadWords(long a) {
    return a & 0xffff | (a & 0xffff_0000L) << 16;
  }

  /** Word {@code index}, 0 to 3, sign-extended. */
  static int word(long a, int index) {
    return (short) (a >>> 16 * index);
  }

  /** Doubleword 0 or 1. */
  static int dword(long a, int index) {
    return (int) (a >>> 32 * index);
  }

  /** Packs two doublewords. */
  static long dwords(int low, int high) {
    return low & 0xffff_ffffL | (long) high << 32;
  }

  /** Eight bytes from byte {@code index} (0 or more) on of {@code low}, {@code high} and zeros behind. */
  static long bytesFrom(long low, long high, int index) {
    if (index >= 8) {
      return index >= 16 ? 0 : high >>> 8 * (index - 8);
    }
    return index == 0 ? low : low >>> 8 * index | high << 64 - 8 * index;
  }
}
