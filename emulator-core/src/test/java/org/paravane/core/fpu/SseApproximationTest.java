package org.paravane.core.fpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SseApproximationTest {
  private static final double BOUND = 1.5 / 4096;
  private static final int NEGATIVE_INFINITY = 0xFF80_0000;

  @Test
  void errorsStayWithinTheManualsBound() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 20_000; round++) {
      float value = Float.intBitsToFloat(random.nextInt(0x0080_0000, 0x7E00_0000));
      double reciprocal =
          Float.intBitsToFloat(SseApproximation.reciprocal(Float.floatToRawIntBits(value)));
      double root =
          Float.intBitsToFloat(
              SseApproximation.reciprocalSquareRoot(Float.floatToRawIntBits(value)));
      assertThat(Math.abs(reciprocal * value - 1)).isLessThanOrEqualTo(BOUND);
      assertThat(Math.abs(root * Math.sqrt(value) - 1)).isLessThanOrEqualTo(BOUND);
    }
  }

  @Test
  void denormalsCountAsZeros() {
    assertThat(SseApproximation.reciprocal(0x8000_0001)).isEqualTo(NEGATIVE_INFINITY);
    assertThat(SseApproximation.reciprocalSquareRoot(0x8000_0001)).isEqualTo(NEGATIVE_INFINITY);
    assertThat(SseApproximation.reciprocal(0x7F00_0000)).isZero();
  }

  @Test
  void rootsOfNegativeNumbersAreTheDefaultNan() {
    assertThat(SseApproximation.reciprocalSquareRoot(0xBF80_0000)).isEqualTo(0xFFC0_0000);
    assertThat(SseApproximation.reciprocalSquareRoot(0x7F80_0000)).isZero();
  }
}
