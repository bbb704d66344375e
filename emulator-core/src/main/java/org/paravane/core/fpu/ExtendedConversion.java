package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.BIAS;
import static org.paravane.core.fpu.ExtendedFormat.INDEFINITE_SIGNIFICAND;
import static org.paravane.core.fpu.ExtendedFormat.INDEFINITE_SIGN_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.INTEGER_BIT;
import static org.paravane.core.fpu.ExtendedFormat.MAX_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.QUIET_BIT;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;
import static org.paravane.core.fpu.FloatException.ALL;
import static org.paravane.core.fpu.FloatException.INVALID;
import static org.paravane.core.fpu.FloatException.OVERFLOW;
import static org.paravane.core.fpu.FloatException.PRECISION;
import static org.paravane.core.fpu.FloatException.UNDERFLOW;

/**
 * Loads and stores in the memory formats: single and double precision, integers, and packed decimal (SDM Vol. 1, 4.2,
 * 4.7, 4.9 and 8.3.4). Loads leave the number in the result of the {@link ExtendedArithmetic}. Before a store is
 * carried out, {@link ExtendedArithmetic#storeSuppressed()} must be asked.
 */
public final class ExtendedConversion {
  private static final long MAX_DECIMAL = 999_999_999_999_999_999L;
  private static final int DECIMAL_DIGITS = 18;

  private final ExtendedArithmetic arithmetic;
  private final BinaryRounding binary = new BinaryRounding();

  /** Conversions that deliver their results and exceptions in that instance. */
  public ExtendedConversion(ExtendedArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** FLD m32fp. */
  public void loadFloat(int bits) {
    load(widened(bits, 8, BinaryRounding.SINGLE));
  }

  /** FLD m64fp. */
  public void loadDouble(long bits) {
    load(widened(bits, 11, BinaryRounding.DOUBLE));
  }

  /**
   * Makes the single-precision memory operand of an arithmetic instruction an extended number, without an exception:
   * the operation that follows raises what is due.
   */
  public void widenFloat(int bits) {
    if (widened(bits, 8, BinaryRounding.SINGLE)) {
      arithmetic.operandWasDenormal();
    }
  }

  /** As {@link #widenFloat}, for double precision. */
  public void widenDouble(long bits) {
    if (widened(bits, 11, BinaryRounding.DOUBLE)) {
      arithmetic.operandWasDenormal();
    }
  }

  private void load(boolean denormal) {
    if (denormal) {
      arithmetic.stopsOnDenormal();
    } else if (ExtendedFormat.signaling(
        arithmetic.resultSignExponent, arithmetic.resultSignificand)) {
      arithmetic.flags |= INVALID;
      arithmetic.resultSignificand |= QUIET_BIT;
    }
  }

  private boolean widened(long bits, int exponentBits, int fractionBits) {
    arithmetic.begin();
    int maxExponent = (1 << exponentBits) - 1;
    int exponent = (int) (bits >>> fractionBits) & maxExponent;
    int sign = (bits >>> (fractionBits + exponentBits) & 1) != 0 ? SIGN : 0;
    long fraction = bits << (64 - fractionBits) >>> 1;
    if (exponent == 0) {
      if (fraction == 0) {
        arithmetic.set(sign, 0);
        return false;
      }
      int shift = Long.numberOfLeadingZeros(fraction);
      arithmetic.set(sign | (BIAS - (maxExponent >> 1) + 1 - shift), fraction << shift);
      return true;
    }
    exponent = exponent == maxExponent ? MAX_EXPONENT : exponent + BIAS - (maxExponent >> 1);
    arithmetic.set(sign | exponent, fraction | INTEGER_BIT);
    return false;
  }

  /** FILD, and the integer operand of FIADD and its kin: exact. */
  public void loadInteger(long value) {
    arithmetic.begin();
    if (value == 0) {
      arithmetic.set(0, 0);
      return;
    }
    long magnitude = Math.abs(value);
    int shift = Long.numberOfLeadingZeros(magnitude);
    arithmetic.set((value < 0 ? SIGN : 0) | (BIAS + 63 - shift), magnitude << shift);
  }

  /** FLD1, FLDPI and the other constants, rounded as rounding control says: exact as far as exceptions go. */
  public void loadConstant(ExtendedConstant constant) {
    arithmetic.begin();
    arithmetic.set(constant.signExponent(), constant.significand(arithmetic.rounding));
  }

  /** FST m32fp: the bits to store. */
  public int storeFloat(int signExponent, long significand) {
    return (int) store(signExponent, significand, 8, BinaryRounding.SINGLE);
  }

  /** FST m64fp: the bits to store. */
  public long storeDouble(int signExponent, long significand) {
    return store(signExponent, significand, 11, BinaryRounding.DOUBLE);
  }

  private long store(int signExponent, long significand, int exponentBits, int fractionBits) {
    arithmetic.begin();
    long infinity = (1L << exponentBits) - 1 << fractionBits;
    int exponent = signExponent & MAX_EXPONENT;
    if (arithmetic.propagated(signExponent, significand)) {
      long sign = (long) (arithmetic.resultSignExponent >> 15) << (exponentBits + fractionBits);
      return sign
          | infinity
          | (arithmetic.resultSignificand & ~INTEGER_BIT) >>> (63 - fractionBits);
    }
    boolean negative = (signExponent & SIGN) != 0;
    long sign = negative ? 1L << (exponentBits + fractionBits) : 0;
    if (significand == 0) {
      return sign;
    }
    if (exponent == MAX_EXPONENT) {
      return sign | infinity;
    }
    arithmetic.setExact(signExponent, significand);
    int unmasked = ALL & ~arithmetic.controlWord();
    long bits = binary.round(arithmetic.exact, fractionBits, arithmetic.rounding, unmasked, false);
    int suppressing = binary.flags & unmasked & (OVERFLOW | UNDERFLOW);
    arithmetic.flags = suppressing != 0 ? suppressing : binary.flags;
    arithmetic.roundedUp = suppressing == 0 && binary.roundedUp;
    return bits;
  }

  /** FIST and FISTP: the number as an integer of {@code width} (16, 32 or 64) bits, sign extended. */
  public long storeInteger(int signExponent, long significand, int width) {
    return storeInteger(signExponent, significand, width, arithmetic.rounding);
  }

  /** FISTTP: as {@link #storeInteger(int, long, int)}, but toward zero whatever the rounding control says. */
  public long storeTruncated(int signExponent, long significand, int width) {
    return storeInteger(signExponent, significand, width, Rounding.ZERO);
  }

  private long storeInteger(int signExponent, long significand, int width, Rounding rounding) {
    arithmetic.begin();
    long indefinite = -1L << (width - 1);
    if (!roundedToInteger(signExponent, significand, rounding)) {
      return indefinite;
    }
    long magnitude = arithmetic.exact.high;
    boolean negative = (signExponent & SIGN) != 0;
    long limit = negative ? -indefinite : ~indefinite;
    if (Long.compareUnsigned(magnitude, limit) > 0) {
      return invalid(indefinite);
    }
    return negative ? -magnitude : magnitude;
  }

  private long invalid(long indefinite) {
    arithmetic.flags = INVALID;
    arithmetic.roundedUp = false;
    return indefinite;
  }

  /** Leaves the rounded magnitude in {@code exact.high}; false, with IE, if it can't be below 2^64. */
  private boolean roundedToInteger(int signExponent, long significand, Rounding rounding) {
    UnroundedNumber exact = arithmetic.exact;
    if (ExtendedFormat.zero(signExponent, significand)) {
      exact.set(false, 0, 0);
      return true;
    }
    if (ExtendedFormat.unsupported(signExponent, significand)
        || (signExponent & MAX_EXPONENT) > BIAS + 63) {
      arithmetic.flags |= INVALID;
      return false;
    }
    arithmetic.setExact(signExponent, significand);
    exact.toInteger();
    if (exact.inexact(0)) {
      arithmetic.flags |= PRECISION;
      arithmetic.roundedUp = exact.roundsUp(0, rounding);
    }
    if (arithmetic.roundedUp && ++exact.high == 0) {
      arithmetic.flags = INVALID;
      return false;
    }
    return true;
  }

  /**
   * FBSTP: the packed decimal, its 64 lower bits in {@code resultSignificand} and its 16 upper bits in
   * {@code resultSignExponent}.
   */
  public void storeDecimal(int signExponent, long significand) {
    arithmetic.begin();
    boolean inRange = roundedToInteger(signExponent, significand, arithmetic.rounding);
    if (!inRange || Long.compareUnsigned(arithmetic.exact.high, MAX_DECIMAL) > 0) {
      invalid(0);
      arithmetic.set(INDEFINITE_SIGN_EXPONENT, INDEFINITE_SIGNIFICAND);
      return;
    }
    long rest = arithmetic.exact.high;
    long lower = 0;
    for (int shift = 0; shift < 64; shift += 4) {
      lower |= rest % 10 << shift;
      rest /= 10;
    }
    arithmetic.set((signExponent & SIGN) | (int) (rest / 10 << 4 | rest % 10), lower);
  }

  /** FBLD of a packed decimal given as its 16 upper and 64 lower bits: exact. */
  public void loadDecimal(int upper, long lower) {
    long value = 0;
    for (int digit = DECIMAL_DIGITS - 1; digit >= 0; digit--) {
      long source = digit >= 16 ? upper : lower;
      value = value * 10 + (source >>> (digit * 4 & 63) & 0xF);
    }
    loadInteger(value);
    arithmetic.resultSignExponent |= upper & SIGN;
  }
}
