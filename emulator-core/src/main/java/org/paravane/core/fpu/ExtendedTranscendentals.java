package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.BIAS;
import static org.paravane.core.fpu.ExtendedFormat.INTEGER_BIT;
import static org.paravane.core.fpu.ExtendedFormat.MAX_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;
import static org.paravane.core.fpu.FloatException.PRECISION;
import static org.paravane.core.fpu.FloatException.UNDERFLOW;
import static org.paravane.core.fpu.FloatException.ZERO_DIVIDE;

/**
 * F2XM1, FYL2X, FYL2XP1, FPTAN, FPATAN, FSIN, FCOS and FSINCOS (SDM Vol. 1, 8.3.7 to 8.3.10): special operands as a
 * processor treats them, other results within one unit in the last place. Precision control does not matter to them.
 */
public final class ExtendedTranscendentals {
  /** Biased exponent from which the trigonometric functions refuse their operand. */
  private static final int TRIGONOMETRIC_LIMIT = BIAS + 63;

  /** Exponent from which, downward, a sine or tangent is the operand itself, a cosine one, in every rounding mode. */
  private static final int TINY_ANGLE = -69;

  /** Exponent below which an arctangent is the quotient itself. */
  private static final int TINY_QUOTIENT = -64;

  private final ExtendedArithmetic arithmetic;
  private final ElementaryFunctions functions = new ElementaryFunctions();
  private final WideNumber x = new WideNumber();
  private final WideNumber y = new WideNumber();
  private final WideNumber outcome = new WideNumber();

  /** Functions that deliver their results and exceptions in that instance. */
  public ExtendedTranscendentals(ExtendedArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** F2XM1: 2^x - 1. A number beyond -1 to 1, for which the manual leaves the result undefined, stays as it is. */
  public void exp2m1(int signExponent, long significand) {
    arithmetic.begin();
    if (arithmetic.propagated(signExponent, significand)) {
      return;
    }
    if (ExtendedFormat.infinite(signExponent, significand)) {
      arithmetic.set((signExponent & SIGN) != 0 ? SIGN | BIAS : MAX_EXPONENT, INTEGER_BIT);
      return;
    }
    if (significand == 0) {
      arithmetic.set(signExponent, significand);
      return;
    }
    if (ExtendedFormat.denormal(signExponent, significand) && arithmetic.stopsOnDenormal()) {
      return;
    }
    arithmetic.flags |= PRECISION;
    if ((signExponent & MAX_EXPONENT) >= BIAS) {
      boolean minusOne = signExponent == (SIGN | BIAS) && significand == INTEGER_BIT;
      arithmetic.set(minusOne ? signExponent - 1 : signExponent, significand);
      return;
    }
    load(outcome, signExponent, significand);
    functions.exp2m1(outcome);
    deliver(outcome);
  }

  /** FYL2X: y * log2(x), with x in ST(0) and y in ST(1). */
  public void yLog2x(int xSignExponent, long xSignificand, int ySignExponent, long ySignificand) {
    arithmetic.begin();
    if (arithmetic.propagated(xSignExponent, xSignificand, ySignExponent, ySignificand)) {
      return;
    }
    boolean xZero = xSignificand == 0;
    boolean yInfinite = ExtendedFormat.infinite(ySignExponent, ySignificand);
    boolean yNegative = (ySignExponent & SIGN) != 0;
    boolean isOne = xSignExponent == BIAS && xSignificand == INTEGER_BIT;
    boolean xInfinite = ExtendedFormat.infinite(xSignExponent, xSignificand);
    boolean xNegative = (xSignExponent & SIGN) != 0 && !xZero;
    if (xNegative || (ySignificand == 0 && (xZero || xInfinite)) || (yInfinite && isOne)) {
      arithmetic.setInvalid();
      return;
    }
    if (xZero && !yInfinite) {
      arithmetic.flags |= ZERO_DIVIDE;
      arithmetic.setInfinity(!yNegative);
      return;
    }
    if (refusesDenormals(xSignExponent, xSignificand, ySignExponent, ySignificand)) {
      return;
    }
    boolean logarithmNegative = (xSignExponent & MAX_EXPONENT) < BIAS;
    if (xInfinite || yInfinite) {
      arithmetic.setInfinity(yNegative != logarithmNegative);
    } else if (ySignificand == 0 || isOne) {
      arithmetic.setZero(yNegative != logarithmNegative);
    } else {
      load(outcome, xSignExponent, xSignificand);
      functions.log2(outcome);
      deliverProduct(ySignExponent, ySignificand, xSignificand << 1 == 0);
    }
  }

  /** FYL2XP1: y * log2(x + 1), with x in ST(0) and y in ST(1); x of -1 and below, undefined, is the result itself. */
  public void yLog2xPlus1(
      int xSignExponent, long xSignificand, int ySignExponent, long ySignificand) {
    arithmetic.begin();
    if (arithmetic.propagated(xSignExponent, xSignificand, ySignExponent, ySignificand)) {
      return;
    }
    boolean xInfinite = ExtendedFormat.infinite(xSignExponent, xSignificand);
    boolean yInfinite = ExtendedFormat.infinite(ySignExponent, ySignificand);
    boolean xNegative = (xSignExponent & SIGN) != 0;
    boolean negative = xNegative != ((ySignExponent & SIGN) != 0);
    if ((xInfinite && (xNegative || ySignificand == 0)) || (yInfinite && xSignificand == 0)) {
      arithmetic.setInvalid();
      return;
    }
    if (refusesDenormals(xSignExponent, xSignificand, ySignExponent, ySignificand)) {
      return;
    }
    if (xInfinite || yInfinite) {
      arithmetic.setInfinity(negative);
    } else if (xSignificand == 0 || ySignificand == 0) {
      arithmetic.setZero(negative);
    } else if (xSignExponent >= (SIGN | BIAS)) {
      arithmetic.flags |= PRECISION;
      arithmetic.set(xSignExponent, xSignificand);
    } else {
      load(outcome, xSignExponent, xSignificand);
      if ((xSignExponent & MAX_EXPONENT) < BIAS - 1) {
        functions.log2p1(outcome);
      } else {
        outcome.add(y.set(1));
        functions.log2(outcome);
      }
      deliverProduct(ySignExponent, ySignificand, false);
    }
  }

  private void deliverProduct(int ySignExponent, long ySignificand, boolean exactly) {
    load(y, ySignExponent, ySignificand);
    outcome.multiply(y);
    copyToExact(outcome);
    arithmetic.exact.low |= exactly ? 0 : 1;
    roundClaimedInexact();
  }

  /** FPATAN: the angle of the point x in ST(0), y in ST(1). */
  public void arctangent(
      int xSignExponent, long xSignificand, int ySignExponent, long ySignificand) {
    arithmetic.begin();
    if (arithmetic.propagated(xSignExponent, xSignificand, ySignExponent, ySignificand)
        || refusesDenormals(xSignExponent, xSignificand, ySignExponent, ySignificand)) {
      return;
    }
    boolean xNegative = (xSignExponent & SIGN) != 0;
    boolean yNegative = (ySignExponent & SIGN) != 0;
    boolean xInfinite = ExtendedFormat.infinite(xSignExponent, xSignificand);
    boolean yInfinite = ExtendedFormat.infinite(ySignExponent, ySignificand);
    if (yInfinite) {
      functions.straightAngle(outcome, xInfinite && xNegative ? 3 : 1, xInfinite ? -1 : 0);
    } else if (xInfinite || ySignificand == 0) {
      if (!xNegative) {
        arithmetic.setZero(yNegative);
        return;
      }
      functions.straightAngle(outcome, 1, 1);
    } else if (xSignificand == 0) {
      functions.straightAngle(outcome, 1, 0);
    } else {
      load(x, xSignExponent & ~SIGN, xSignificand);
      load(y, ySignExponent & ~SIGN, ySignificand);
      if (!xNegative && y.exponent - x.exponent < TINY_QUOTIENT) {
        arithmetic.exact.quotient(yNegative, y.exponent - x.exponent, y.high, x.high);
        roundClaimedInexact();
        return;
      }
      functions.angle(outcome, y, x, xNegative);
    }
    outcome.negative = yNegative;
    arithmetic.flags |= PRECISION;
    deliver(outcome);
  }

  /** FSIN; false if the operand is out of range, which sets C2 and changes nothing else. */
  public boolean sine(int signExponent, long significand) {
    return trigonometric(signExponent, significand, true, false);
  }

  /** FCOS; false if the operand is out of range. */
  public boolean cosine(int signExponent, long significand) {
    return trigonometric(signExponent, significand, false, false);
  }

  /** FSINCOS: the sine is the result, the cosine is pushed; false if the operand is out of range. */
  public boolean sineAndCosine(int signExponent, long significand) {
    return trigonometric(signExponent, significand, true, true);
  }

  private boolean trigonometric(
      int signExponent, long significand, boolean sine, boolean pushCosine) {
    arithmetic.begin();
    if (!trigonometricOperand(signExponent, significand)) {
      arithmetic.setPushed(arithmetic.resultSignExponent, arithmetic.resultSignificand);
      return true;
    }
    if (significand == 0) {
      arithmetic.setPushed(BIAS, INTEGER_BIT);
      arithmetic.set(sine ? signExponent : BIAS, sine ? significand : INTEGER_BIT);
      return true;
    }
    if ((signExponent & MAX_EXPONENT) >= TRIGONOMETRIC_LIMIT) {
      return false;
    }
    if (ExtendedFormat.denormal(signExponent, significand) && arithmetic.stopsOnDenormal()) {
      return true;
    }
    if (tinyAngle(signExponent)) {
      arithmetic.setPushed(BIAS, INTEGER_BIT);
      if (sine) {
        deliverOperand(signExponent, significand);
      } else {
        arithmetic.flags |= PRECISION;
        arithmetic.set(BIAS, INTEGER_BIT);
      }
      return true;
    }
    boolean negative = (signExponent & SIGN) != 0;
    load(x, signExponent & ~SIGN, significand);
    int quadrant = functions.reduce(x);
    arithmetic.flags |= PRECISION;
    if (pushCosine) {
      deliverWave(quadrant + 1, false);
      arithmetic.setPushed(arithmetic.resultSignExponent, arithmetic.resultSignificand);
    }
    deliverWave(sine ? quadrant : quadrant + 1, negative && sine);
    return true;
  }

  /** Delivers the sine of the reduced {@link #x} plus that many quarter turns. */
  private void deliverWave(int quarterTurns, boolean negated) {
    wave(outcome, quarterTurns);
    outcome.negative ^= negated;
    deliver(outcome);
  }

  private void wave(WideNumber result, int quarterTurns) {
    if ((quarterTurns & 1) == 0) {
      functions.sine(result, x);
    } else {
      functions.cosine(result, x);
    }
    result.negative ^= (quarterTurns & 2) != 0;
  }

  /** FPTAN: the tangent is the result, 1.0 is pushed; false if the operand is out of range. */
  public boolean tangent(int signExponent, long significand) {
    arithmetic.begin();
    if (!trigonometricOperand(signExponent, significand)) {
      arithmetic.setPushed(arithmetic.resultSignExponent, arithmetic.resultSignificand);
      return true;
    }
    arithmetic.setPushed(BIAS, INTEGER_BIT);
    if (significand == 0) {
      arithmetic.set(signExponent, significand);
      return true;
    }
    if ((signExponent & MAX_EXPONENT) >= TRIGONOMETRIC_LIMIT) {
      return false;
    }
    if (ExtendedFormat.denormal(signExponent, significand) && arithmetic.stopsOnDenormal()) {
      return true;
    }
    if (tinyAngle(signExponent)) {
      deliverOperand(signExponent, significand);
      return true;
    }
    load(x, signExponent & ~SIGN, significand);
    int quadrant = functions.reduce(x);
    wave(outcome, quadrant);
    wave(y, quadrant + 1);
    outcome.divide(y);
    outcome.negative ^= (signExponent & SIGN) != 0;
    arithmetic.flags |= PRECISION;
    deliver(outcome);
    return true;
  }

  private static boolean tinyAngle(int signExponent) {
    return (signExponent & MAX_EXPONENT) - BIAS <= TINY_ANGLE;
  }

  private void deliverOperand(int signExponent, long significand) {
    arithmetic.setExact(signExponent, significand);
    roundClaimedInexact();
  }

  /** Whether the operand is finite; else the result is delivered. */
  private boolean trigonometricOperand(int signExponent, long significand) {
    if (arithmetic.propagated(signExponent, significand)) {
      return false;
    }
    if (ExtendedFormat.infinite(signExponent, significand)) {
      arithmetic.setInvalid();
      return false;
    }
    return true;
  }

  private boolean refusesDenormals(int aSignExponent, long a, int bSignExponent, long b) {
    return (ExtendedFormat.denormal(aSignExponent, a) || ExtendedFormat.denormal(bSignExponent, b))
        && arithmetic.stopsOnDenormal();
  }

  private static void load(WideNumber number, int signExponent, long significand) {
    int exponent = ExtendedRounding.normalisedExponent(signExponent, significand) - BIAS;
    number.set((signExponent & SIGN) != 0, exponent, ExtendedRounding.normalised(significand), 0);
  }

  /** Delivers a number that is not exactly what the function gives. */
  private void deliver(WideNumber number) {
    copyToExact(number);
    arithmetic.exact.low |= 1;
    arithmetic.round(0);
  }

  private void copyToExact(WideNumber number) {
    UnroundedNumber exact = arithmetic.exact;
    exact.negative = number.negative;
    exact.exponent = number.exponent;
    exact.high = number.high;
    exact.low = number.low;
  }

  /**
   * Rounds what may be exact as far as rounding goes, while a processor takes it for inexact: the product with an exact
   * logarithm, and the limit of a function for a tiny operand.
   */
  private void roundClaimedInexact() {
    arithmetic.flags |= PRECISION;
    arithmetic.round(0);
    if ((arithmetic.resultSignExponent & MAX_EXPONENT) == 0) {
      arithmetic.flags |= UNDERFLOW;
    }
  }
}
