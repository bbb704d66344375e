package org.paravane.core.fpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtendedTranscendentalsTest {
  private final ExtendedArithmetic arithmetic = new ExtendedArithmetic();
  private final ExtendedTranscendentals transcendentals = new ExtendedTranscendentals(arithmetic);

  @Test
  void sineOfPiShowsThe66BitsOfPi() {
    assertThat(transcendentals.sine(0x4000, 0xC90F_DAA2_2168_C235L)).isTrue();
    assertThat(arithmetic.resultSignExponent).isEqualTo(0xBFBF);
    assertThat(arithmetic.resultSignificand).isEqualTo(ExtendedFormat.INTEGER_BIT);
  }

  @Test
  void anglesFrom2ToThe63AreRefused() {
    assertThat(transcendentals.cosine(ExtendedFormat.BIAS + 62, -1L)).isTrue();
    assertThat(transcendentals.cosine(ExtendedFormat.BIAS + 63, ExtendedFormat.INTEGER_BIT))
        .isFalse();
    assertThat(arithmetic.flags).isZero();
  }

  @Test
  void unmaskedDivisionByZeroKeepsTheDestination() {
    arithmetic.controlWord(0x037F & ~FloatException.ZERO_DIVIDE);
    transcendentals.yLog2x(0, 0, ExtendedFormat.BIAS, ExtendedFormat.INTEGER_BIT);
    assertThat(arithmetic.unmaskedExceptions()).isEqualTo(FloatException.ZERO_DIVIDE);
    assertThat(arithmetic.resultSuppressed()).isTrue();
  }
}
