package org.paravane.core.fpu;

/**
 * A floating-point accumulator with a significand of 128 bits, in which the transcendental functions are computed:
 * {@code ±(high:low / 2^127) * 2^exponent}, bit 63 of {@code high} set unless it is zero. Operations truncate, each
 * with an error below 2^-125 of its result.
 */
final class WideNumber {
  private static final long TOP_BIT = Long.MIN_VALUE;

  boolean negative;
  int exponent;
  long high;
  long low;

  boolean zero() {
    return high == 0;
  }

  WideNumber set(boolean isNegative, int unbiasedExponent, long upper, long lower) {
    negative = isNegative;
    exponent = unbiasedExponent;
    high = upper;
    low = lower;
    normalise();
    return this;
  }

  WideNumber set(WideNumber other) {
    negative = other.negative;
    exponent = other.exponent;
    high = other.high;
    low = other.low;
    return this;
  }

  WideNumber set(int integer) {
    return set(integer < 0, 63, Math.abs((long) integer), 0);
  }

  WideNumber add(WideNumber other) {
    if (other.zero()) {
      return this;
    }
    if (zero()) {
      return set(other);
    }
    boolean sameSign = negative == other.negative;
    boolean keep =
        exponent > other.exponent
            || (exponent == other.exponent && compareSignificands(other) >= 0);
    WideNumber larger = keep ? this : other;
    WideNumber smaller = keep ? other : this;
    int shift = larger.exponent - smaller.exponent;
    long upper = shift >= 64 ? 0 : smaller.high >>> shift;
    long lower;
    if (shift >= 128) {
      // So small a term still tells on which side of the larger one the sum lies.
      lower = 1;
    } else if (shift >= 64) {
      lower = smaller.high >>> (shift - 64);
    } else {
      lower = shift == 0 ? smaller.low : smaller.low >>> shift | smaller.high << -shift;
    }
    negative = larger.negative;
    exponent = larger.exponent;
    if (sameSign) {
      plus(larger.high, larger.low, upper, lower);
    } else {
      minus(larger.high, larger.low, upper, lower);
    }
    return this;
  }

  private void plus(long largerHigh, long largerLow, long upper, long lower) {
    low = largerLow + lower;
    high = largerHigh + upper + (Long.compareUnsigned(low, lower) < 0 ? 1 : 0);
    if (Long.compareUnsigned(high, largerHigh) < 0 || (high == largerHigh && upper != 0)) {
      low = low >>> 1 | high << 63;
      high = high >>> 1 | TOP_BIT;
      exponent++;
    }
  }

  private void minus(long largerHigh, long largerLow, long upper, long lower) {
    low = largerLow - lower;
    high = largerHigh - upper - (Long.compareUnsigned(largerLow, lower) < 0 ? 1 : 0);
    normalise();
  }

  private int compareSignificands(WideNumber other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  WideNumber multiply(WideNumber other) {
    long crossed = Math.unsignedMultiplyHigh(high, other.low);
    long crossedToo = Math.unsignedMultiplyHigh(low, other.high);
    long lower = high * other.high;
    long upper = Math.unsignedMultiplyHigh(high, other.high);
    lower += crossed;
    upper += Long.compareUnsigned(lower, crossed) < 0 ? 1 : 0;
    lower += crossedToo;
    upper += Long.compareUnsigned(lower, crossedToo) < 0 ? 1 : 0;
    return set(negative != other.negative, exponent + other.exponent + 1, upper, lower);
  }

  /** Divides by a number that is not zero, bit by bit. */
  WideNumber divide(WideNumber divisor) {
    if (zero()) {
      return this;
    }
    long restHigh = high;
    long restLow = low;
    long upper = 0;
    long lower = 0;
    boolean carry = false;
    for (int bit = 0; bit < 128; bit++) {
      upper = upper << 1 | lower >>> 63;
      lower <<= 1;
      int order = Long.compareUnsigned(restHigh, divisor.high);
      if (carry || order > 0 || (order == 0 && Long.compareUnsigned(restLow, divisor.low) >= 0)) {
        restHigh -= divisor.high + (Long.compareUnsigned(restLow, divisor.low) < 0 ? 1 : 0);
        restLow -= divisor.low;
        lower |= 1;
      }
      carry = restHigh < 0;
      restHigh = restHigh << 1 | restLow >>> 63;
      restLow <<= 1;
    }
    return set(negative != divisor.negative, exponent - divisor.exponent, upper, lower);
  }

  /** Divides by a positive integer. */
  WideNumber divide(int divisor) {
    long rest = high >>> 32;
    long first = rest / divisor;
    rest = rest % divisor << 32 | (high & 0xFFFF_FFFFL);
    long second = rest / divisor;
    rest = rest % divisor << 32 | low >>> 32;
    long third = rest / divisor;
    rest = rest % divisor << 32 | (low & 0xFFFF_FFFFL);
    return set(negative, exponent, first << 32 | second, third << 32 | rest / divisor);
  }

  WideNumber negate() {
    negative = !negative;
    return this;
  }

  private void normalise() {
    if (high == 0) {
      high = low;
      low = 0;
      exponent -= 64;
    }
    int shift = Long.numberOfLeadingZeros(high);
    if (shift != 0 && shift != 64) {
      high = high << shift | low >>> -shift;
      low <<= shift;
      exponent -= shift;
    }
  }
}
