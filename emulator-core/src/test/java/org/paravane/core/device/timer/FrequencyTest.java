package org.paravane.core.device.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrequencyTest {
  private static final long[] TIMES = {
    0, 1, 837, 838, 839, 999_999_999, 1_000_000_000, 123_456_789_012_345_678L
  };

  @ParameterizedTest
  @ValueSource(
      longs = {
        1,
        32_768,
        1_193_182,
        3_579_545,
        25_000_000,
        1_000_000_000,
        2_600_000_000L,
        9_000_000_000L
      })
  void ticksAreTheExactFloorOfTheProduct(long hertz) {
    Frequency frequency = new Frequency(hertz);
    for (long nanos : TIMES) {
      BigInteger exact =
          BigInteger.valueOf(nanos)
              .multiply(BigInteger.valueOf(hertz))
              .divide(BigInteger.valueOf(1_000_000_000));
      assertThat(BigInteger.valueOf(frequency.ticksAt(nanos))).isEqualTo(exact);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 32_768, 1_193_182, 3_579_545, 999_999_937})
  void aTickIsReachedAtItsNanosecondAndNotBefore(long hertz) {
    Frequency frequency = new Frequency(hertz);
    for (long tick : new long[] {1, 2, 3, 1000, 1_193_182, 5_000_000_011L}) {
      long nanos = frequency.nanosAtTick(tick);
      assertThat(frequency.ticksAt(nanos)).isEqualTo(tick);
      assertThat(frequency.ticksAt(nanos - 1)).isEqualTo(tick - 1);
    }
  }

  @Test
  void ticksBeyondMachineTimeAreNever() {
    assertThat(new Frequency(1000).nanosAtTick(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void frequenciesThatWouldOverflowAreRefused() {
    assertThatThrownBy(() -> new Frequency(9_000_000_001L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Frequency(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
