package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.MAX_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;
import static org.paravane.core.fpu.FloatException.INVALID;

/**
 * FCOM, FUCOM, FCOMI, FUCOMI, FTST and FXAM (SDM Vol. 1, 8.1.4 and 8.3.6). The outcome of a comparison is given as the
 * EFLAGS bits ZF, PF and CF; C3, C2 and C0 of the status word are these bits shifted left by 8.
 */
public final class ExtendedComparison {
  /** Neither zero flag, parity flag nor carry flag: the first operand is larger. */
  public static final int GREATER = 0;

  /** CF, C0. */
  public static final int LESS = 0x01;

  /** ZF, C3. */
  public static final int EQUAL = 0x40;

  /** ZF, PF and CF; C3, C2 and C0. */
  public static final int UNORDERED = 0x45;

  /** C0 of the status word. */
  public static final int C0 = 0x0100;

  /** C1 of the status word. */
  public static final int C1 = 0x0200;

  /** C2 of the status word. */
  public static final int C2 = 0x0400;

  /** C3 of the status word. */
  public static final int C3 = 0x4000;

  private final ExtendedArithmetic arithmetic;

  /** Comparisons that raise their exceptions in that instance. */
  public ExtendedComparison(ExtendedArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** FCOM and FCOMI, for which every NaN is an invalid operand. */
  public int ordered(int aSignExponent, long a, int bSignExponent, long b) {
    return compare(aSignExponent, a, bSignExponent, b, true);
  }

  /** FUCOM and FUCOMI, for which a quiet NaN is a valid operand. */
  public int unordered(int aSignExponent, long a, int bSignExponent, long b) {
    return compare(aSignExponent, a, bSignExponent, b, false);
  }

  private int compare(
      int aSignExponent, long a, int bSignExponent, long b, boolean quietIsInvalid) {
    arithmetic.begin();
    boolean denormal = arithmetic.takeDenormalOperand();
    if (unordered(aSignExponent, a) || unordered(bSignExponent, b)) {
      if (quietIsInvalid || invalid(aSignExponent, a) || invalid(bSignExponent, b)) {
        arithmetic.flags |= INVALID;
      }
      return UNORDERED;
    }
    if (denormal
        || ExtendedFormat.denormal(aSignExponent, a)
        || ExtendedFormat.denormal(bSignExponent, b)) {
      arithmetic.stopsOnDenormal();
    }
    if ((a | b) == 0) {
      return EQUAL;
    }
    boolean aNegative = (aSignExponent & SIGN) != 0;
    if (aSignExponent >> 15 != bSignExponent >> 15) {
      return aNegative ? LESS : GREATER;
    }
    int order = Integer.compare(magnitude(aSignExponent), magnitude(bSignExponent));
    if (order == 0) {
      order = Long.compareUnsigned(a, b);
    }
    return order == 0 ? EQUAL : order < 0 != aNegative ? LESS : GREATER;
  }

  /** The exponent by which magnitudes order: denormals have that of the smallest normal number. */
  private static int magnitude(int signExponent) {
    return Math.max(signExponent & MAX_EXPONENT, 1);
  }

  private static boolean unordered(int signExponent, long significand) {
    return ExtendedFormat.nan(signExponent, significand)
        || ExtendedFormat.unsupported(signExponent, significand);
  }

  private static boolean invalid(int signExponent, long significand) {
    return ExtendedFormat.signaling(signExponent, significand)
        || ExtendedFormat.unsupported(signExponent, significand);
  }

  /** FTST: the comparison with +0.0. */
  public int withZero(int signExponent, long significand) {
    return ordered(signExponent, significand, 0, 0);
  }

  /** FXAM of a register that is not empty: C3, C2, C1 and C0 of the status word. */
  public static int examine(int signExponent, long significand) {
    int sign = (signExponent & SIGN) != 0 ? C1 : 0;
    if (ExtendedFormat.unsupported(signExponent, significand)) {
      return sign;
    }
    if ((signExponent & MAX_EXPONENT) == MAX_EXPONENT) {
      return sign | (ExtendedFormat.infinite(signExponent, significand) ? C2 | C0 : C0);
    }
    if ((signExponent & MAX_EXPONENT) == 0) {
      return sign | (significand == 0 ? C3 : C3 | C2);
    }
    return sign | C2;
  }

  /** FXAM of an empty register, whose sign still shows. */
  public static int examineEmpty(int signExponent) {
    return C3 | C0 | ((signExponent & SIGN) != 0 ? C1 : 0);
  }
}
