package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.BIAS;
import static org.paravane.core.fpu.ExtendedFormat.MAX_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;
import static org.paravane.core.fpu.FloatException.PRECISION;
import static org.paravane.core.fpu.FloatException.ZERO_DIVIDE;

/** FRNDINT, FSCALE and FXTRACT (SDM Vol. 1, 8.3.5 and 8.3.9). */
public final class ExtendedScaling {
  /** A power of two beyond which every scaling overflows or underflows, even with adjusted exponent. */
  private static final int LARGEST_SCALE = 0x1_0000;

  private final ExtendedArithmetic arithmetic;

  /** Operations that deliver their results and exceptions in that instance. */
  public ExtendedScaling(ExtendedArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** FRNDINT: the nearest integer as rounding control says. */
  public void roundToInteger(int signExponent, long significand) {
    arithmetic.begin();
    if (arithmetic.propagated(signExponent, significand)) {
      return;
    }
    if (significand == 0 || (signExponent & MAX_EXPONENT) >= BIAS + 63) {
      arithmetic.set(signExponent, significand);
      return;
    }
    if (ExtendedFormat.denormal(signExponent, significand) && arithmetic.stopsOnDenormal()) {
      return;
    }
    UnroundedNumber exact = arithmetic.exact;
    arithmetic.setExact(signExponent, significand);
    exact.toInteger();
    if (exact.inexact(0)) {
      arithmetic.flags |= PRECISION;
      arithmetic.roundedUp = exact.roundsUp(0, arithmetic.rounding);
    }
    long integer = exact.high + (arithmetic.roundedUp ? 1 : 0);
    if (integer == 0) {
      arithmetic.setZero(exact.negative);
      return;
    }
    int shift = Long.numberOfLeadingZeros(integer);
    arithmetic.set((signExponent & SIGN) | (BIAS + 63 - shift), integer << shift);
  }

  /** FSCALE: a times two to the power of b, which is truncated to an integer. */
  public void scale(int aSignExponent, long a, int bSignExponent, long b) {
    arithmetic.begin();
    if (arithmetic.propagated(aSignExponent, a, bSignExponent, b)) {
      return;
    }
    boolean aInfinite = ExtendedFormat.infinite(aSignExponent, a);
    boolean bInfinite = ExtendedFormat.infinite(bSignExponent, b);
    boolean bNegative = (bSignExponent & SIGN) != 0;
    if (bInfinite && (bNegative ? aInfinite : a == 0)) {
      arithmetic.setInvalid();
      return;
    }
    boolean denormal =
        ExtendedFormat.denormal(aSignExponent, a) || ExtendedFormat.denormal(bSignExponent, b);
    if (denormal && arithmetic.stopsOnDenormal()) {
      return;
    }
    if (a == 0 || aInfinite || ExtendedFormat.zero(bSignExponent, b)) {
      arithmetic.setOperand(aSignExponent, a);
    } else if (bInfinite) {
      boolean negative = (aSignExponent & SIGN) != 0;
      if (bNegative) {
        arithmetic.setZero(negative);
      } else {
        arithmetic.setInfinity(negative);
      }
    } else {
      arithmetic.setExact(aSignExponent, a);
      int scale = magnitude(bSignExponent, b);
      arithmetic.exact.exponent += bNegative ? -scale : scale;
      arithmetic.round(0);
    }
  }

  private static int magnitude(int signExponent, long significand) {
    int exponent = (signExponent & MAX_EXPONENT) - BIAS;
    if (exponent < 0) {
      return 0;
    }
    return exponent >= 16 ? LARGEST_SCALE : (int) (significand >>> (63 - exponent));
  }

  /** FXTRACT: the exponent is the result, which replaces the operand; the significand is what is pushed. */
  public void extract(int signExponent, long significand) {
    arithmetic.begin();
    boolean negative = (signExponent & SIGN) != 0;
    if (arithmetic.propagated(signExponent, significand)) {
      arithmetic.setPushed(arithmetic.resultSignExponent, arithmetic.resultSignificand);
    } else if (significand == 0) {
      arithmetic.flags |= ZERO_DIVIDE;
      arithmetic.setInfinity(true);
      arithmetic.setPushed(signExponent, significand);
    } else if (ExtendedFormat.infinite(signExponent, significand)) {
      arithmetic.setInfinity(false);
      arithmetic.setPushed(signExponent, significand);
    } else if (!ExtendedFormat.denormal(signExponent, significand)
        || !arithmetic.stopsOnDenormal()) {
      int exponent = ExtendedRounding.normalisedExponent(signExponent, significand) - BIAS;
      arithmetic.setPushed((negative ? SIGN : 0) | BIAS, ExtendedRounding.normalised(significand));
      setInteger(exponent);
    }
  }

  private void setInteger(int value) {
    if (value == 0) {
      arithmetic.setZero(false);
      return;
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    arithmetic.set((value < 0 ? SIGN : 0) | (BIAS + 63 - shift), magnitude << shift);
  }
}
