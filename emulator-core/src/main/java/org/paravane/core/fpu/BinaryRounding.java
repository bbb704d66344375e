package org.paravane.core.fpu;

import static org.paravane.core.fpu.FloatException.OVERFLOW;
import static org.paravane.core.fpu.FloatException.PRECISION;
import static org.paravane.core.fpu.FloatException.UNDERFLOW;

/** Rounds an {@link UnroundedNumber} to a memory format: single (23 fraction bits) or double precision (52). */
final class BinaryRounding {
  static final int SINGLE = 23;
  static final int DOUBLE = 52;

  /** The exceptions of the last rounding. */
  int flags;

  /** Whether the last rounding enlarged the magnitude. */
  boolean roundedUp;

  /**
   * The bits of a non-zero number, rounded.
   *
   * @param unmasked the exceptions that are not masked: unmasked underflow is raised by a tiny result even if exact,
   *     and a result that raises it or unmasked overflow has no meaning
   * @param flushToZero whether a tiny result becomes a zero
   */
  long round(
      UnroundedNumber number,
      int fractionBits,
      Rounding rounding,
      int unmasked,
      boolean flushToZero) {
    int drop = 63 - fractionBits;
    int maxExponent = fractionBits == SINGLE ? 0xFF : 0x7FF;
    long sign = number.negative ? (long) (maxExponent + 1) << fractionBits : 0;
    int exponent = number.exponent + (maxExponent >> 1);
    flags = 0;
    roundedUp = false;
    boolean tiny = exponent < 0 || (exponent == 0 && !number.carriesOut(drop, rounding));
    if (tiny && (unmasked & UNDERFLOW) != 0) {
      flags = UNDERFLOW | (number.inexact(drop) ? PRECISION : 0);
      return sign;
    }
    if (tiny && flushToZero) {
      flags = UNDERFLOW | PRECISION;
      return sign;
    }
    if (exponent <= 0) {
      number.shiftRightSticky(1 - exponent);
      exponent = 1;
    }
    boolean inexact = number.inexact(drop);
    roundedUp = number.roundsUp(drop, rounding);
    long significand = (number.high >>> drop) + (roundedUp ? 1 : 0);
    if (exponent + (significand >>> (fractionBits + 1)) >= maxExponent) {
      boolean toInfinity = rounding.overflowsToInfinity(number.negative);
      boolean imprecise = inexact || (unmasked & OVERFLOW) == 0;
      return sign | overflow(toInfinity, (long) maxExponent << fractionBits, imprecise);
    }
    if (inexact) {
      flags = PRECISION | (tiny ? UNDERFLOW : 0);
    }
    // The leading one of the significand adds one to the exponent field; a denormal has none.
    return sign | ((long) (exponent - 1) << fractionBits) + significand;
  }

  private long overflow(boolean toInfinity, long infinity, boolean inexact) {
    flags = OVERFLOW | (inexact ? PRECISION : 0);
    roundedUp = toInfinity;
    return toInfinity ? infinity : infinity - 1;
  }
}
