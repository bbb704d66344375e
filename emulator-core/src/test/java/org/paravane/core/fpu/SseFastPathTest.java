package org.paravane.core.fpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paravane.core.fpu.BinaryRounding.DOUBLE;
import static org.paravane.core.fpu.BinaryRounding.SINGLE;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Java's arithmetic in {@link SseArithmetic} against the integer arithmetic it stands in for. */
class SseFastPathTest {
  private static final long SEED = 20261122;
  private static final int ROUNDS = 20_000;
  private static final int ALL_MASKED = 0x1F80;
  private static final int ALL_MASKED_AND_INEXACT = 0x1FA0;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final SseArithmetic fast = new SseArithmetic();
  private final SseArithmetic exact = new SseArithmetic();

  @Test
  void doublesAgreeInResultAndFlags() {
    for (int round = 0; round < ROUNDS; round++) {
      long a = operand(DOUBLE, 11);
      long b = operand(DOUBLE, 11);
      start(round);
      same(round, fast.addDouble(a, b), exact.sum(a, b, DOUBLE, false));
      same(round, fast.subtractDouble(a, b), exact.sum(a, b, DOUBLE, true));
      same(round, fast.multiplyDouble(a, b), exact.product(a, b, DOUBLE));
      same(round, fast.divideDouble(a, b), exact.quotient(a, b, DOUBLE));
      same(round, fast.squareRootDouble(a), exact.squareRoot(a, DOUBLE));
    }
  }

  @Test
  void floatsAgreeInResultAndFlags() {
    for (int round = 0; round < ROUNDS; round++) {
      int a = (int) operand(SINGLE, 8);
      int b = (int) operand(SINGLE, 8);
      start(round);
      same(round, fast.addFloat(a, b), (int) exact.sum(a, b, SINGLE, false));
      same(round, fast.subtractFloat(a, b), (int) exact.sum(a, b, SINGLE, true));
      same(round, fast.multiplyFloat(a, b), (int) exact.product(a, b, SINGLE));
      same(round, fast.divideFloat(a, b), (int) exact.quotient(a, b, SINGLE));
      same(round, fast.squareRootFloat(a), (int) exact.squareRoot(a, SINGLE));
    }
  }

  private void start(int round) {
    int mxcsr = round % 2 == 0 ? ALL_MASKED : ALL_MASKED_AND_INEXACT;
    fast.mxcsr(mxcsr);
    exact.mxcsr(mxcsr);
  }

  private void same(int round, long actual, long expected) {
    assertThat(fast.commit()).isEqualTo(exact.commit());
    assertThat(actual).as("seed %d, round %d", SEED, round).isEqualTo(expected);
    assertThat(fast.mxcsr()).as("MXCSR of seed %d, round %d", SEED, round).isEqualTo(exact.mxcsr());
    start(round);
  }

  /** Mostly numbers near one, some with few significant bits, and some at the ends of the exponent range. */
  private long operand(int fractionBits, int exponentBits) {
    int maxExponent = (1 << exponentBits) - 1;
    int exponent =
        switch (random.nextInt(8)) {
          case 0 -> random.nextInt(3);
          case 1 -> maxExponent - random.nextInt(3);
          case 2 -> random.nextInt(maxExponent + 1);
          default -> maxExponent / 2 + random.nextInt(-8, 8);
        };
    long fraction = random.nextLong() & (1L << fractionBits) - 1;
    if (random.nextBoolean()) {
      fraction &= -1L << random.nextInt(fractionBits + 1);
    }
    long sign = random.nextLong(2) << (fractionBits + exponentBits);
    return sign | (long) exponent << fractionBits | fraction;
  }
}
