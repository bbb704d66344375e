package org.paravane.core.fpu;

/**
 * The double extended-precision format (SDM Vol. 1, 4.2.2 and 8.2.2): 16 bits of sign and biased exponent, and 64 bits
 * of significand with an explicit integer bit.
 */
public final class ExtendedFormat {
  /** The sign in the sign-and-exponent word. */
  public static final int SIGN = 0x8000;

  /** The largest biased exponent, of infinities and NaNs. */
  public static final int MAX_EXPONENT = 0x7FFF;

  /** The exponent of 1.0. */
  public static final int BIAS = 0x3FFF;

  /** The integer bit of the significand. */
  public static final long INTEGER_BIT = 1L << 63;

  /** The significand's bit that tells a quiet NaN from a signaling one. */
  public static final long QUIET_BIT = 1L << 62;

  /** The sign and exponent of the default NaN, "real indefinite". */
  public static final int INDEFINITE_SIGN_EXPONENT = 0xFFFF;

  /** The significand of the default NaN. */
  public static final long INDEFINITE_SIGNIFICAND = INTEGER_BIT | QUIET_BIT;

  private ExtendedFormat() {}

  /** Whether the number is normal, the common case for which nothing needs care. */
  public static boolean normal(int signExponent, long significand) {
    int exponent = signExponent & MAX_EXPONENT;
    return significand < 0 && exponent != 0 && exponent != MAX_EXPONENT;
  }

  /** Whether the number is +0 or -0. */
  public static boolean zero(int signExponent, long significand) {
    return significand == 0 && (signExponent & MAX_EXPONENT) == 0;
  }

  /** Whether the number is a denormal or a pseudo-denormal. */
  public static boolean denormal(int signExponent, long significand) {
    return significand != 0 && (signExponent & MAX_EXPONENT) == 0;
  }

  /** Whether the number is an infinity. */
  public static boolean infinite(int signExponent, long significand) {
    return significand == INTEGER_BIT && (signExponent & MAX_EXPONENT) == MAX_EXPONENT;
  }

  /** Whether the number is a quiet or signaling NaN. */
  public static boolean nan(int signExponent, long significand) {
    return (signExponent & MAX_EXPONENT) == MAX_EXPONENT
        && significand < 0
        && significand != INTEGER_BIT;
  }

  /** Whether the number is a signaling NaN. */
  public static boolean signaling(int signExponent, long significand) {
    return nan(signExponent, significand) && (significand & QUIET_BIT) == 0;
  }

  /** Whether the encoding is one the FPU refuses: an unnormal, a pseudo-infinity or a pseudo-NaN. */
  public static boolean unsupported(int signExponent, long significand) {
    return significand >= 0 && (signExponent & MAX_EXPONENT) != 0;
  }
}
