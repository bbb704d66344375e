package org.paravane.core.fpu;

import static org.paravane.core.fpu.BinaryRounding.DOUBLE;
import static org.paravane.core.fpu.BinaryRounding.SINGLE;
import static org.paravane.core.fpu.FloatException.INVALID;
import static org.paravane.core.fpu.FloatException.PRECISION;

/** CVT* between single, double and integers, and ROUNDSS and ROUNDSD (SDM Vol. 1, 11.4.1.6 and 12.8.4). */
public final class SseConversion {
  private static final int ROUND_BY_MXCSR = 4;
  private static final int SUPPRESS_PRECISION = 8;

  private final SseArithmetic arithmetic;

  /** Conversions that follow the MXCSR of that instance and raise their exceptions there. */
  public SseConversion(SseArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** CVTSI2SD of a 32-bit or 64-bit integer. */
  public long integerToDouble(long value) {
    if (value == (int) value) {
      return Double.doubleToRawLongBits(value);
    }
    return fromInteger(value, DOUBLE);
  }

  /** CVTSI2SS of a 32-bit or 64-bit integer, and CVTDQ2PS. */
  public int integerToFloat(long value) {
    return (int) fromInteger(value, SINGLE);
  }

  private long fromInteger(long value, int fractionBits) {
    if (value == 0) {
      return 0;
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    arithmetic.exact.set(value < 0, 63 - shift, magnitude << shift);
    return arithmetic.round(fractionBits);
  }

  /** CVTSD2SS. */
  public int doubleToFloat(long bits) {
    long operand = arithmetic.operand(bits, DOUBLE);
    long sign = operand >>> 32 & SseControl.signBit(SINGLE);
    if (SseControl.nan(operand, DOUBLE)) {
      long quiet = arithmetic.propagated(operand, operand, DOUBLE);
      long payload = quiet >>> (DOUBLE - SINGLE) & (1L << SINGLE) - 1;
      return (int) (sign | SseControl.infinity(SINGLE) | payload);
    }
    if (SseControl.infinite(operand, DOUBLE)) {
      return (int) (sign | SseControl.infinity(SINGLE));
    }
    if (SseControl.zero(operand, DOUBLE)) {
      return (int) sign;
    }
    arithmetic.noteDenormals(operand, operand, DOUBLE);
    arithmetic.setExact(operand, DOUBLE);
    return (int) arithmetic.round(SINGLE);
  }

  /** CVTSS2SD: exact. */
  public long floatToDouble(int bits) {
    long operand = arithmetic.operand(bits, SINGLE);
    long sign = (operand & SseControl.signBit(SINGLE)) << 32;
    if (SseControl.nan(operand, SINGLE)) {
      long quiet = arithmetic.propagated(operand, operand, SINGLE);
      return sign | SseControl.infinity(DOUBLE) | (quiet & (1L << SINGLE) - 1) << (DOUBLE - SINGLE);
    }
    if (SseControl.infinite(operand, SINGLE)) {
      return sign | SseControl.infinity(DOUBLE);
    }
    arithmetic.noteDenormals(operand, operand, SINGLE);
    return Double.doubleToRawLongBits(Float.intBitsToFloat((int) operand));
  }

  /** CVTSD2SI: an integer of {@code width} (32 or 64) bits, sign extended. */
  public long doubleToInteger(long bits, int width) {
    return toInteger(Double.longBitsToDouble(bits), bits, DOUBLE, width, arithmetic.rounding);
  }

  /** CVTTSD2SI. */
  public long doubleToIntegerTruncated(long bits, int width) {
    return toInteger(Double.longBitsToDouble(bits), bits, DOUBLE, width, Rounding.ZERO);
  }

  /** CVTSS2SI, and CVTPS2DQ. */
  public long floatToInteger(int bits, int width) {
    return toInteger(Float.intBitsToFloat(bits), bits, SINGLE, width, arithmetic.rounding);
  }

  /** CVTTSS2SI, and CVTTPS2DQ. */
  public long floatToIntegerTruncated(int bits, int width) {
    return toInteger(Float.intBitsToFloat(bits), bits, SINGLE, width, Rounding.ZERO);
  }

  private long toInteger(double number, long bits, int fractionBits, int width, Rounding rounding) {
    long integer = (long) number;
    boolean fits =
        width == 64
            ? integer < Long.MAX_VALUE && integer > Long.MIN_VALUE
            : integer == (int) integer;
    if (fits && integer == number) {
      return integer;
    }
    if (fits && integer != 0 && rounding == Rounding.ZERO) {
      arithmetic.flags |= PRECISION;
      return integer;
    }
    return roundedToInteger(bits, fractionBits, width, rounding);
  }

  private long roundedToInteger(long bits, int fractionBits, int width, Rounding rounding) {
    long operand = arithmetic.operand(bits, fractionBits);
    if (SseControl.zero(operand, fractionBits)) {
      return 0;
    }
    long indefinite = -1L << (width - 1);
    if (SseControl.exponent(operand, fractionBits) > 63) {
      arithmetic.flags |= INVALID;
      return indefinite;
    }
    UnroundedNumber exact = arithmetic.exact;
    arithmetic.setExact(operand, fractionBits);
    exact.toInteger();
    boolean inexact = exact.inexact(0);
    long magnitude = exact.high + (inexact && exact.roundsUp(0, rounding) ? 1 : 0);
    if (Long.compareUnsigned(magnitude, exact.negative ? -indefinite : ~indefinite) > 0) {
      arithmetic.flags |= INVALID;
      return indefinite;
    }
    arithmetic.flags |= inexact ? PRECISION : 0;
    return exact.negative ? -magnitude : magnitude;
  }

  /** ROUNDSD. */
  public long roundDouble(long bits, int immediate) {
    return roundToInteger(bits, DOUBLE, immediate);
  }

  /** ROUNDSS. */
  public int roundFloat(int bits, int immediate) {
    return (int) roundToInteger(bits, SINGLE, immediate);
  }

  private long roundToInteger(long bits, int fractionBits, int immediate) {
    long operand = arithmetic.operand(bits, fractionBits);
    if (SseControl.nan(operand, fractionBits)) {
      return arithmetic.propagated(operand, operand, fractionBits);
    }
    if (SseControl.zero(operand, fractionBits)
        || SseControl.exponent(operand, fractionBits) >= fractionBits) {
      return operand;
    }
    Rounding rounding =
        (immediate & ROUND_BY_MXCSR) != 0 ? arithmetic.rounding : Rounding.of(immediate);
    UnroundedNumber exact = arithmetic.exact;
    arithmetic.setExact(operand, fractionBits);
    exact.toInteger();
    if (!exact.inexact(0)) {
      return operand;
    }
    if ((immediate & SUPPRESS_PRECISION) == 0) {
      arithmetic.flags |= PRECISION;
    }
    long magnitude = exact.high + (exact.roundsUp(0, rounding) ? 1 : 0);
    long sign = operand & SseControl.signBit(fractionBits);
    // Up to 2^52, or 2^23: exact in either format.
    return sign
        | (fractionBits == DOUBLE
            ? Double.doubleToRawLongBits(magnitude)
            : Float.floatToRawIntBits(magnitude) & 0xFFFF_FFFFL);
  }
}
