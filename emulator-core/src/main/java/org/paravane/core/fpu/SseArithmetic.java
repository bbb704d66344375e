package org.paravane.core.fpu;

import static org.paravane.core.fpu.BinaryRounding.DOUBLE;
import static org.paravane.core.fpu.BinaryRounding.SINGLE;

import org.paravane.core.OutOfLine;

/**
 * Scalar SSE and SSE2 arithmetic on the bits of its operands: the first argument is the destination operand. In the
 * common state of MXCSR (everything masked, to nearest, no denormal shortcuts) ordinary operands take Java's own
 * arithmetic, which IEEE 754 defines to the last bit; all else is computed and rounded with integers. After the
 * operations of one instruction, {@link #flags} must be committed unless it is zero.
 */
public final class SseArithmetic extends SseControl {
  /** The exponent bits but the lowest: zero for exponent fields 0 and 1; after adding one unit, for 0 and the top. */
  private static final long DOUBLE_EXPONENT = 0x7FE0_0000_0000_0000L;

  private static final long DOUBLE_UNIT = 1L << DOUBLE;
  private static final int FLOAT_EXPONENT = 0x7F00_0000;
  private static final int FLOAT_UNIT = 1 << SINGLE;

  /** ADDSD. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long addDouble(long a, long b) {
    if (plain && ordinaryOrZero(a) && ordinaryOrZero(b)) {
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      double r = x + y;
      long bits = Double.doubleToRawLongBits(r);
      if (ordinaryOrZero(bits) && (plainAndInexact || sumExact(x, y, r))) {
        return bits;
      }
    }
    return sum(a, b, DOUBLE, false);
  }

  /** SUBSD. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long subtractDouble(long a, long b) {
    if (plain && ordinaryOrZero(a) && ordinaryOrZero(b)) {
      double x = Double.longBitsToDouble(a);
      double y = Double.longBitsToDouble(b);
      double r = x - y;
      long bits = Double.doubleToRawLongBits(r);
      if (ordinaryOrZero(bits) && (plainAndInexact || sumExact(x, -y, r))) {
        return bits;
      }
    }
    return sum(a, b, DOUBLE, true);
  }

  /** MULSD. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long multiplyDouble(long a, long b) {
    if (plain && ordinary(a) && ordinary(b)) {
      long bits =
          Double.doubleToRawLongBits(Double.longBitsToDouble(a) * Double.longBitsToDouble(b));
      if (ordinary(bits)
          && (bits & DOUBLE_EXPONENT) != 0
          && (plainAndInexact || productExact(a, b))) {
        return bits;
      }
    }
    return product(a, b, DOUBLE);
  }

  /** DIVSD. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long divideDouble(long a, long b) {
    if (plain && ordinary(a) && ordinary(b)) {
      double y = Double.longBitsToDouble(b);
      double r = Double.longBitsToDouble(a) / y;
      long bits = Double.doubleToRawLongBits(r);
      if (ordinary(bits) && (bits & DOUBLE_EXPONENT) != 0) {
        if (plainAndInexact || (productExact(bits, b) && Double.doubleToRawLongBits(r * y) == a)) {
          return bits;
        }
      }
    }
    return quotient(a, b, DOUBLE);
  }

  /** SQRTSD. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long squareRootDouble(long a) {
    if (plain && a > 0 && ordinary(a)) {
      double r = Math.sqrt(Double.longBitsToDouble(a));
      long bits = Double.doubleToRawLongBits(r);
      if (plainAndInexact || (productExact(bits, bits) && Double.doubleToRawLongBits(r * r) == a)) {
        return bits;
      }
    }
    return squareRoot(a, DOUBLE);
  }

  /** ADDSS. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public int addFloat(int a, int b) {
    if (plain && ordinaryOrZero(a) && ordinaryOrZero(b)) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float r = x + y;
      int bits = Float.floatToRawIntBits(r);
      if (ordinaryOrZero(bits) && (plainAndInexact || sumExact(x, y, r))) {
        return bits;
      }
    }
    return (int) sum(a, b, SINGLE, false);
  }

  /** SUBSS. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public int subtractFloat(int a, int b) {
    if (plain && ordinaryOrZero(a) && ordinaryOrZero(b)) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float r = x - y;
      int bits = Float.floatToRawIntBits(r);
      if (ordinaryOrZero(bits) && (plainAndInexact || sumExact(x, -y, r))) {
        return bits;
      }
    }
    return (int) sum(a, b, SINGLE, true);
  }

  /** MULSS. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public int multiplyFloat(int a, int b) {
    if (plain && ordinary(a) && ordinary(b)) {
      double exactly = (double) Float.intBitsToFloat(a) * Float.intBitsToFloat(b);
      float r = (float) exactly;
      int bits = Float.floatToRawIntBits(r);
      if (ordinary(bits) && (bits & FLOAT_EXPONENT) != 0 && (plainAndInexact || r == exactly)) {
        return bits;
      }
    }
    return (int) product(a, b, SINGLE);
  }

  /** DIVSS. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public int divideFloat(int a, int b) {
    if (plain && ordinary(a) && ordinary(b)) {
      float x = Float.intBitsToFloat(a);
      float y = Float.intBitsToFloat(b);
      float r = x / y;
      int bits = Float.floatToRawIntBits(r);
      if (ordinary(bits)
          && (bits & FLOAT_EXPONENT) != 0
          && (plainAndInexact || (double) r * y == x)) {
        return bits;
      }
    }
    return (int) quotient(a, b, SINGLE);
  }

  /** SQRTSS. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public int squareRootFloat(int a) {
    if (plain && a > 0 && ordinary(a)) {
      float x = Float.intBitsToFloat(a);
      float r = (float) Math.sqrt(x);
      if (plainAndInexact || (double) r * r == x) {
        return Float.floatToRawIntBits(r);
      }
    }
    return (int) squareRoot(a, SINGLE);
  }

  private static boolean ordinary(long bits) {
    return (bits + DOUBLE_UNIT & DOUBLE_EXPONENT) != 0;
  }

  private static boolean ordinaryOrZero(long bits) {
    return (bits + DOUBLE_UNIT & DOUBLE_EXPONENT) != 0 || bits << 1 == 0;
  }

  private static boolean ordinary(int bits) {
    return (bits + FLOAT_UNIT & FLOAT_EXPONENT) != 0;
  }

  private static boolean ordinaryOrZero(int bits) {
    return (bits + FLOAT_UNIT & FLOAT_EXPONENT) != 0 || bits << 1 == 0;
  }

  /** Whether the rounding error of the sum, itself always representable, is zero (Knuth's two-sum). */
  private static boolean sumExact(double x, double y, double sum) {
    double yPart = sum - x;
    return (x - (sum - yPart)) + (y - yPart) == 0;
  }

  private static boolean sumExact(float x, float y, float sum) {
    float yPart = sum - x;
    return (x - (sum - yPart)) + (y - yPart) == 0;
  }

  /** Whether the product of two normal numbers surely fits 53 bits; some that just fit are not recognised. */
  private static boolean productExact(long a, long b) {
    return Long.numberOfTrailingZeros(a | DOUBLE_UNIT) + Long.numberOfTrailingZeros(b | DOUBLE_UNIT)
        > DOUBLE;
  }
}
