package org.paravane.core.fpu;

/**
 * RCPSS and RSQRTSS (SDM Vol. 1, 10.4.1.1): they raise nothing and ignore MXCSR. The manual bounds their relative error
 * by 1.5 * 2^-12 and leaves the rest to the processor; here it is the correct result rounded to 12 bits, the same on
 * every host.
 */
public final class SseApproximation {
  private static final int SIGN = 0x8000_0000;
  private static final int INFINITY = 0x7F80_0000;
  private static final int QUIET_BIT = 0x0040_0000;
  private static final int DEFAULT_NAN = SIGN | INFINITY | QUIET_BIT;
  private static final int HALF_UNIT = 0x800;

  private SseApproximation() {}

  /** RCPSS. */
  public static int reciprocal(int bits) {
    int magnitude = bits & ~SIGN;
    if (magnitude > INFINITY) {
      return bits | QUIET_BIT;
    }
    if ((bits & INFINITY) == 0) {
      return bits & SIGN | INFINITY;
    }
    int rounded = rounded(1 / Float.intBitsToFloat(magnitude));
    return bits & SIGN | ((rounded & INFINITY) == 0 ? 0 : rounded);
  }

  /** RSQRTSS. */
  public static int reciprocalSquareRoot(int bits) {
    int magnitude = bits & ~SIGN;
    if (magnitude > INFINITY) {
      return bits | QUIET_BIT;
    }
    if ((bits & INFINITY) == 0) {
      return bits & SIGN | INFINITY;
    }
    return bits < 0 ? DEFAULT_NAN : rounded((float) (1 / Math.sqrt(Float.intBitsToFloat(bits))));
  }

  private static int rounded(float value) {
    return Float.floatToRawIntBits(value) + HALF_UNIT & -2 * HALF_UNIT;
  }
}
