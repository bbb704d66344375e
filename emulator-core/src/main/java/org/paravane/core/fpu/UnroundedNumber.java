package org.paravane.core.fpu;

/**
 * A finite number before rounding: the sign, the exponent, and a significand of 128 bits whose lowest bit also stands
 * for everything below it ("sticky"). The value is {@code ±(high:low / 2^127) * 2^exponent}; bit 63 of {@code high} is
 * set unless the number is zero.
 */
final class UnroundedNumber {
  private static final long TOP_BIT = Long.MIN_VALUE;

  boolean negative;
  int exponent;
  long high;
  long low;

  /** Whether the number is exactly zero. */
  boolean zero() {
    return (high | low) == 0;
  }

  /** Sets an exact value from a significand with bit 63 set. */
  void set(boolean isNegative, int unbiasedExponent, long significand) {
    negative = isNegative;
    exponent = unbiasedExponent;
    high = significand;
    low = 0;
  }

  /** Sets the sum of two non-zero numbers with normalised significands. The sign of an exact zero is left open. */
  void sum(boolean aNegative, int aExponent, long a, boolean bNegative, int bExponent, long b) {
    boolean swap =
        aExponent < bExponent || (aExponent == bExponent && Long.compareUnsigned(a, b) < 0);
    long larger = swap ? b : a;
    long smaller = swap ? a : b;
    negative = swap ? bNegative : aNegative;
    exponent = swap ? bExponent : aExponent;
    high = smaller;
    low = 0;
    shiftRightSticky(swap ? bExponent - aExponent : aExponent - bExponent);
    if (aNegative == bNegative) {
      high += larger;
      if (Long.compareUnsigned(high, larger) < 0) {
        low = (low >>> 1) | (low & 1) | (high << 63);
        high = (high >>> 1) | TOP_BIT;
        exponent++;
      }
    } else {
      high = larger - high - (low != 0 ? 1 : 0);
      low = -low;
      normalise();
    }
  }

  /** Sets the exact product of two non-zero numbers with normalised significands. */
  void product(boolean isNegative, int exponentSum, long a, long b) {
    negative = isNegative;
    high = Math.unsignedMultiplyHigh(a, b);
    low = a * b;
    exponent = exponentSum + 1;
    if (high >= 0) {
      high = (high << 1) | (low >>> 63);
      low <<= 1;
      exponent--;
    }
  }

  /** Sets the quotient of two non-zero numbers with normalised significands. */
  void quotient(boolean isNegative, int exponentDifference, long a, long b) {
    negative = isNegative;
    long numeratorHigh = a;
    long numeratorLow = 0;
    exponent = exponentDifference - 1;
    if (Long.compareUnsigned(a, b) >= 0) {
      numeratorHigh = a >>> 1;
      numeratorLow = a << 63;
      exponent++;
    }
    high = WideInteger.divide(numeratorHigh, numeratorLow, b);
    long remainder = numeratorLow - high * b;
    boolean overHalf = remainder < 0 || Long.compareUnsigned(remainder << 1, b) > 0;
    boolean half = remainder << 1 == b && remainder > 0;
    low = remainder == 0 ? 0 : half ? TOP_BIT : overHalf ? TOP_BIT | 1 : 1;
  }

  /** Sets the square root of a positive number with a normalised significand. */
  void squareRoot(int ofExponent, long a) {
    negative = false;
    exponent = ofExponent >> 1;
    boolean odd = (ofExponent & 1) != 0;
    long radicandHigh = odd ? a : a >>> 1;
    long radicandLow = odd ? 0 : a << 63;
    high = WideInteger.squareRoot(radicandHigh, radicandLow);
    long remainder = radicandLow - high * high;
    long borrow = Long.compareUnsigned(radicandLow, high * high) < 0 ? 1 : 0;
    long remainderHigh = radicandHigh - Math.unsignedMultiplyHigh(high, high) - borrow;
    boolean overHalf = remainderHigh != 0 || Long.compareUnsigned(remainder, high) > 0;
    low = overHalf ? TOP_BIT | 1 : remainder == 0 ? 0 : 1;
  }

  /** Moves the leading one to bit 63 of {@code high}. Zero stays zero. */
  void normalise() {
    if (high == 0) {
      high = low;
      low = 0;
      exponent -= 64;
    }
    int shift = Long.numberOfLeadingZeros(high);
    if (shift != 0 && shift != 64) {
      high = (high << shift) | (low >>> -shift);
      low <<= shift;
      exponent -= shift;
    }
  }

  /** Shifts the significand right without touching the exponent; bits shifted out stick to the lowest bit. */
  void shiftRightSticky(int count) {
    if (count == 0) {
      return;
    }
    if (count < 64) {
      long lost = low << -count;
      low = (low >>> count) | (high << -count) | (lost != 0 ? 1 : 0);
      high >>>= count;
    } else if (count < 128) {
      long lost = low | (count == 64 ? 0 : high << -count);
      low = (high >>> count) | (lost != 0 ? 1 : 0);
      high = 0;
    } else {
      low = 1;
      high = 0;
    }
  }

  /** Whether the {@code drop} lowest bits of {@code high}, or {@code low}, hold anything. */
  boolean inexact(int drop) {
    return ((high & ~(-1L << drop)) | low) != 0;
  }

  /** Whether rounding away the {@code drop} (0 to 63) lowest bits of {@code high}, and {@code low}, adds one unit. */
  boolean roundsUp(int drop, Rounding rounding) {
    return switch (rounding) {
      case NEAREST -> {
        long guard = drop == 0 ? low : high << (64 - drop) | (low != 0 ? 1 : 0);
        yield guard < 0 && (guard != TOP_BIT || (drop == 0 ? high & 1 : high >>> drop & 1) != 0);
      }
      case DOWN -> negative && inexact(drop);
      case UP -> !negative && inexact(drop);
      case ZERO -> false;
    };
  }

  /** Whether rounding at {@code drop} would carry into the next power of two. */
  boolean carriesOut(int drop, Rounding rounding) {
    return high >> drop == -1L && roundsUp(drop, rounding);
  }

  /**
   * Turns a number below 2^64 into an integer: the integral part goes to {@code high}, the fraction to {@code low},
   * from which {@link #roundsUp} with no dropped bits then rounds.
   */
  void toInteger() {
    shiftRightSticky(63 - exponent);
    exponent = 63;
  }
}
