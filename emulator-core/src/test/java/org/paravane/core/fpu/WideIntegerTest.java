package org.paravane.core.fpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WideIntegerTest {
  private static final int ROUNDS = 20_000;

  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void dividesAsBigIntegersDo() {
    for (int round = 0; round < ROUNDS; round++) {
      long divisor = number() | Long.MIN_VALUE;
      long high = Long.remainderUnsigned(number(), divisor);
      long low = number();
      assertThat(WideInteger.divide(high, low, divisor))
          .isEqualTo(wide(high, low).divide(wide(0, divisor)).longValue());
    }
  }

  @Test
  void squareRootIsThatOfBigIntegers() {
    for (int round = 0; round < ROUNDS; round++) {
      long high = number() | 1L << 62;
      long low = number();
      assertThat(WideInteger.squareRoot(high, low)).isEqualTo(wide(high, low).sqrt().longValue());
    }
  }

  /** Random bits, often with long runs of ones or zeros, where estimates of a digit go wrong. */
  private long number() {
    long bits = random.nextLong();
    return switch (random.nextInt(4)) {
      case 0 -> bits << random.nextInt(64);
      case 1 -> bits >> random.nextInt(64);
      case 2 -> bits | -1L << random.nextInt(64);
      default -> bits;
    };
  }

  private static BigInteger wide(long high, long low) {
    return new BigInteger(Long.toUnsignedString(high))
        .shiftLeft(64)
        .add(new BigInteger(Long.toUnsignedString(low)));
  }
}
