package org.paravane.core.fpu;

/** Unsigned integer arithmetic beyond 64 bits. */
final class WideInteger {
  private static final long LOW_HALF = 0xFFFF_FFFFL;

  private WideInteger() {}

  /** The quotient of {@code high:low / divisor}, with {@code high < divisor} and bit 63 of the divisor set. */
  static long divide(long high, long low, long divisor) {
    long divisorHigh = divisor >>> 32;
    long divisorLow = divisor & LOW_HALF;
    long upper = digit(high, low >>> 32, divisor, divisorHigh, divisorLow);
    long rest = (high << 32 | low >>> 32) - upper * divisor;
    return upper << 32 | digit(rest, low & LOW_HALF, divisor, divisorHigh, divisorLow);
  }

  private static long digit(long rest, long next, long divisor, long divisorHigh, long divisorLow) {
    long digit = Long.divideUnsigned(rest, divisorHigh);
    long digitRest = rest - digit * divisorHigh;
    // Knuth's estimate is at most two too large; the check is done while it can still be expressed
    // in 64 bits.
    while (digit > LOW_HALF
        || Long.compareUnsigned(digit * divisorLow, digitRest << 32 | next) > 0) {
      digit--;
      digitRest += divisorHigh;
      if (digitRest > LOW_HALF) {
        break;
      }
    }
    return digit;
  }

  /** The integer square root of {@code high:low}, of which one of the two top bits is set. */
  static long squareRoot(long high, long low) {
    long upper = squareRoot(high);
    long rest = high - upper * upper;
    long lower = Math.min(Long.divideUnsigned(rest << 31 | low >>> 33, upper), LOW_HALF);
    long root = (upper << 32) + lower;
    while (exceeds(root, high, low)) {
      root--;
    }
    return root;
  }

  private static long squareRoot(long value) {
    long root = (long) Math.sqrt((value >>> 1) * 2.0);
    root = Math.min(root, LOW_HALF);
    while (Long.compareUnsigned(root * root, value) > 0) {
      root--;
    }
    while (root < LOW_HALF && Long.compareUnsigned((root + 1) * (root + 1), value) <= 0) {
      root++;
    }
    return root;
  }

  private static boolean exceeds(long root, long high, long low) {
    int order = Long.compareUnsigned(Math.unsignedMultiplyHigh(root, root), high);
    return order > 0 || (order == 0 && Long.compareUnsigned(root * root, low) > 0);
  }
}
