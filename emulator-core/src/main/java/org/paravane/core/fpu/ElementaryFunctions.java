package org.paravane.core.fpu;

/**
 * The series behind the transcendental instructions, in 128 bits. Each method leaves its outcome in a number given to
 * it; relative errors stay below 2^-80.
 */
final class ElementaryFunctions {
  /** Bits of accuracy at which a series may stop. */
  private static final int ACCURACY = 96;

  /** The 66 bits that the FPU has of pi (SDM Vol. 1, 8.3.8), as an integer; pi/2 is this times 2^-65. */
  private static final long PI_66_HIGH = 0x3L;

  private static final long PI_66_LOW = 0x243F_6A88_85A3_08D3L;

  private final WideNumber log2E =
      new WideNumber().set(false, 0, 0xB8AA_3B29_5C17_F0BBL, 0xBE87_FED0_691D_3E88L);
  private final WideNumber ln2 =
      new WideNumber().set(false, -1, 0xB172_17F7_D1CF_79ABL, 0xC9E3_B398_03F2_F6AFL);
  private final WideNumber pi =
      new WideNumber().set(false, 1, 0xC90F_DAA2_2168_C234L, 0xC4C6_628B_80DC_1CD1L);
  private final WideNumber one = new WideNumber().set(1);
  private final WideNumber square = new WideNumber();
  private final WideNumber term = new WideNumber();
  private final WideNumber left = new WideNumber();
  private final WideNumber right = new WideNumber();

  /** Replaces x, between -1 and 1, by 2^x - 1. */
  void exp2m1(WideNumber x) {
    x.multiply(ln2);
    int terms = x.exponent < -ACCURACY ? 2 : x.exponent < -8 ? 12 : 28;
    left.set(1);
    for (int n = terms; n >= 2; n--) {
      left.multiply(x).divide(n).add(one);
    }
    x.multiply(left);
  }

  /** Replaces x, positive, by its binary logarithm. */
  void log2(WideNumber x) {
    int exponent = x.exponent;
    x.exponent = 0;
    if (Long.compareUnsigned(x.high, 0xB504_F333_F9DE_6484L) > 0) {
      x.exponent = -1;
      exponent++;
    }
    right.set(-1).add(x);
    left.set(1).add(x);
    x.set(right).divide(left);
    twiceAtanhBinary(x);
    x.add(left.set(exponent));
  }

  /** Replaces x, between -1/2 and 1, by the binary logarithm of 1 + x. */
  void log2p1(WideNumber x) {
    left.set(2).add(x);
    x.divide(left);
    twiceAtanhBinary(x);
  }

  private void twiceAtanhBinary(WideNumber x) {
    inverseSeries(x, false);
    x.multiply(log2E);
    if (!x.zero()) {
      x.exponent++;
    }
  }

  /** Replaces x by atanh(x), or atan(x) if signs alternate: the sum of x^(2n+1) / (2n+1). */
  private void inverseSeries(WideNumber x, boolean alternating) {
    if (x.zero()) {
      return;
    }
    square.set(x).multiply(x);
    square.negative = alternating;
    int terms = ACCURACY / Math.max(2, -square.exponent - 1) + 1;
    left.set(1).divide(2 * terms + 1);
    for (int n = terms - 1; n >= 0; n--) {
      left.multiply(square).add(term.set(1).divide(2 * n + 1));
    }
    x.multiply(left);
  }

  /** Sets the result to the angle, in 0 to pi, of a vector whose components are not negative but for x if told so. */
  void angle(WideNumber result, WideNumber y, WideNumber x, boolean xNegative) {
    boolean steep = ratioAbove(y, x, 0);
    WideNumber opposite = steep ? x : y;
    WideNumber adjacent = steep ? y : x;
    boolean large = ratioAbove(opposite, adjacent, -1);
    if (large) {
      right.set(adjacent).add(opposite);
      result.set(opposite).negate().add(adjacent).divide(right);
    } else {
      result.set(opposite).divide(adjacent);
    }
    inverseSeries(result, true);
    if (large) {
      result.negate().add(quarterTurns(1, -1));
    }
    if (steep) {
      result.negate().add(quarterTurns(1, 0));
    }
    if (xNegative) {
      result.negate().add(pi);
    }
  }

  /** Whether {@code a / b} is above that power of two. */
  private static boolean ratioAbove(WideNumber a, WideNumber b, int power) {
    int difference = a.exponent - b.exponent;
    return difference > power || (difference == power && Long.compareUnsigned(a.high, b.high) > 0);
  }

  /** Sets the result to that multiple of pi/4: {@code factor} (1 or 3) times pi/2 times 2^scale. */
  void straightAngle(WideNumber result, int factor, int scale) {
    result.set(quarterTurns(factor, scale));
  }

  private WideNumber quarterTurns(int factor, int scale) {
    left.set(factor).multiply(pi);
    left.exponent += scale - 1;
    return left;
  }

  /**
   * Reduces a positive number below 2^63 by multiples of pi/2, as 66 bits have it, to one between -pi/4 and pi/4, and
   * returns the multiple modulo four.
   */
  int reduce(WideNumber x) {
    if (x.exponent < -1) {
      return 0;
    }
    long restHigh = 0;
    long restLow = x.high;
    int quadrant = 0;
    for (int steps = x.exponent + 2; steps > 0; steps--) {
      restHigh = restHigh << 1 | restLow >>> 63;
      restLow <<= 1;
      quadrant <<= 1;
      if (restHigh > PI_66_HIGH
          || (restHigh == PI_66_HIGH && Long.compareUnsigned(restLow, PI_66_LOW) >= 0)) {
        restHigh -= PI_66_HIGH + (Long.compareUnsigned(restLow, PI_66_LOW) < 0 ? 1 : 0);
        restLow -= PI_66_LOW;
        quadrant |= 1;
      }
    }
    left.set(false, 62, PI_66_HIGH, PI_66_LOW);
    x.set(false, 62, restHigh, restLow);
    right.set(x);
    right.exponent++;
    if (right.negate().add(left).negative) {
      x.add(left.negate());
      quadrant++;
    }
    return quadrant & 3;
  }

  /** Sets the result to the sine of a number between -pi/4 and pi/4. */
  void sine(WideNumber result, WideNumber x) {
    alternatingSeries(result, x, 1);
    result.multiply(x);
  }

  /** Sets the result to the cosine of a number between -pi/4 and pi/4. */
  void cosine(WideNumber result, WideNumber x) {
    alternatingSeries(result, x, 0);
  }

  /** The sum of (-1)^n x^2n / (2n + odd)!. */
  private void alternatingSeries(WideNumber result, WideNumber x, int odd) {
    square.set(x).multiply(x).negate();
    int terms = square.exponent < -ACCURACY ? 1 : square.exponent < -8 ? 8 : 14;
    result.set(1);
    for (int n = terms; n >= 1; n--) {
      result.multiply(square).divide((2 * n - 1 + odd) * (2 * n + odd)).add(one);
    }
  }
}
