package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.BIAS;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;

/**
 * FPREM and FPREM1, partial remainders (SDM Vol. 1, 8.3.5). The methods return the condition codes of the status word:
 * C2 if the reduction is not complete, else the three lowest bits of the quotient in C0, C3 and C1.
 */
public final class ExtendedRemainder {
  /** An exponent difference from here on is reduced in steps. */
  private static final int COMPLETE_BELOW = 64;

  private final ExtendedArithmetic arithmetic;
  private long rest;

  /** Remainders that deliver their results and exceptions in that instance. */
  public ExtendedRemainder(ExtendedArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** FPREM: the quotient is truncated. */
  public int truncating(int aSignExponent, long a, int bSignExponent, long b) {
    return remainder(aSignExponent, a, bSignExponent, b, false);
  }

  /** FPREM1: the quotient is rounded to nearest, as IEEE 754 wants it. */
  public int nearest(int aSignExponent, long a, int bSignExponent, long b) {
    return remainder(aSignExponent, a, bSignExponent, b, true);
  }

  private int remainder(int aSignExponent, long a, int bSignExponent, long b, boolean toNearest) {
    arithmetic.begin();
    if (arithmetic.propagated(aSignExponent, a, bSignExponent, b)) {
      return 0;
    }
    if (ExtendedFormat.infinite(aSignExponent, a) || b == 0) {
      arithmetic.setInvalid();
      return 0;
    }
    boolean denormal =
        ExtendedFormat.denormal(aSignExponent, a) || ExtendedFormat.denormal(bSignExponent, b);
    if (denormal && arithmetic.stopsOnDenormal()) {
      return 0;
    }
    if (a == 0 || ExtendedFormat.infinite(bSignExponent, b)) {
      arithmetic.setOperand(aSignExponent, a);
      return 0;
    }
    boolean negative = (aSignExponent & SIGN) != 0;
    int aExponent = ExtendedRounding.normalisedExponent(aSignExponent, a) - BIAS;
    int bExponent = ExtendedRounding.normalisedExponent(bSignExponent, b) - BIAS;
    long dividend = ExtendedRounding.normalised(a);
    long divisor = ExtendedRounding.normalised(b);
    int difference = aExponent - bExponent;
    if (difference >= COMPLETE_BELOW) {
      int step = difference & 31 | 32;
      reduce(dividend, divisor, step);
      deliver(negative, aExponent - step, rest, 0);
      return ExtendedComparison.C2;
    }
    if (difference < -1
        || (difference < 0 && (!toNearest || Long.compareUnsigned(dividend, divisor) <= 0))) {
      return deliver(negative, aExponent, dividend, 0);
    }
    if (difference < 0) {
      // Between half and all of the divisor: the quotient rounds to one.
      return deliver(!negative, aExponent, (divisor << 1) - dividend, 1);
    }
    int quotient = reduce(dividend, divisor, difference);
    if (toNearest) {
      boolean half = rest << 1 == divisor && rest > 0;
      boolean overHalf = rest < 0 || Long.compareUnsigned(rest << 1, divisor) > 0;
      if (overHalf && !half || half && (quotient & 1) != 0) {
        rest = divisor - rest;
        negative = !negative;
        quotient++;
      }
    }
    if (rest == 0) {
      arithmetic.setZero((aSignExponent & SIGN) != 0);
      return conditionCodes(quotient);
    }
    return deliver(negative, bExponent, rest, quotient);
  }

  /** Leaves {@code dividend * 2^steps mod divisor} in {@code rest} and returns the low bits of the quotient. */
  private int reduce(long dividend, long divisor, int steps) {
    long remaining = dividend;
    int quotient = 0;
    boolean carry = false;
    for (int step = 0; ; step++) {
      quotient <<= 1;
      if (carry || Long.compareUnsigned(remaining, divisor) >= 0) {
        remaining -= divisor;
        quotient |= 1;
      }
      if (step == steps) {
        rest = remaining;
        return quotient;
      }
      carry = remaining < 0;
      remaining <<= 1;
    }
  }

  private int deliver(boolean negative, int exponent, long significand, int quotient) {
    if (significand == 0) {
      arithmetic.setZero(negative);
    } else {
      arithmetic.exact.set(negative, exponent, significand);
      arithmetic.exact.normalise();
      arithmetic.round(0);
    }
    return conditionCodes(quotient);
  }

  private static int conditionCodes(int quotient) {
    return ((quotient & 4) != 0 ? ExtendedComparison.C0 : 0)
        | ((quotient & 2) != 0 ? ExtendedComparison.C3 : 0)
        | ((quotient & 1) != 0 ? ExtendedComparison.C1 : 0);
  }
}
