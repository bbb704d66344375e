package org.paravane.core.fpu;

import static org.paravane.core.fpu.FloatException.ALL;
import static org.paravane.core.fpu.FloatException.BEFORE_RESULT;
import static org.paravane.core.fpu.FloatException.DENORMAL;
import static org.paravane.core.fpu.FloatException.INVALID;

import org.paravane.core.OutOfLine;

/**
 * What every SSE operation shares: MXCSR, the exceptions of the instruction under way, and the treatment of special
 * operands (SDM Vol. 1, 4.8.3, 10.2.3 and 11.5). A number is its bits in a {@code long}; which of the two formats it
 * has is told by the number of fraction bits, {@link BinaryRounding#SINGLE} or {@link BinaryRounding#DOUBLE}.
 */
abstract sealed class SseControl permits SseArithmetic {
  private static final int DENORMALS_ARE_ZEROS = 1 << 6;
  private static final int MASK_SHIFT = 7;
  private static final int ROUNDING_SHIFT = 13;
  private static final int FLUSH_TO_ZERO = 1 << 15;
  private static final int ALL_MASKED = ALL << MASK_SHIFT;
  private static final int WRITABLE = 0xFFFF;

  /**
   * The exceptions found since the last {@link #commit()}, as {@link FloatException} bits. An operation may leave out
   * one that MXCSR already has.
   */
  public int flags;

  final UnroundedNumber exact = new UnroundedNumber();

  /** Whether all exceptions are masked, rounding is to nearest and denormals get no special treatment. */
  boolean plain = true;

  /** Whether {@link #plain}, and PE is set already, so that an inexact result has nothing left to report. */
  boolean plainAndInexact;

  Rounding rounding = Rounding.NEAREST;
  boolean denormalsAreZeros;

  private final BinaryRounding binary = new BinaryRounding();
  private int mxcsr = ALL_MASKED;
  private int unmasked;

  /** The MXCSR register, without what is not yet committed. */
  public final int mxcsr() {
    return mxcsr;
  }

  /** Sets MXCSR; that reserved bits are zero is for LDMXCSR, FXRSTOR and XRSTOR to check. */
  public final void mxcsr(int value) {
    mxcsr = value & WRITABLE;
    unmasked = ~(value >> MASK_SHIFT) & ALL;
    rounding = Rounding.of(value >> ROUNDING_SHIFT);
    denormalsAreZeros = (value & DENORMALS_ARE_ZEROS) != 0;
    plain = (mxcsr & ~ALL) == ALL_MASKED;
    plainAndInexact = plain && (value & FloatException.PRECISION) != 0;
  }

  /**
   * Ends an instruction: merges {@link #flags} into MXCSR and clears them. True if one of them is unmasked: the
   * instruction must then raise #XM and leave its destination as it was.
   */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public final boolean commit() {
    return flags != 0 && commitFlags();
  }

  private boolean commitFlags() {
    int raised = flags;
    flags = 0;
    if ((raised & BEFORE_RESULT & unmasked) != 0) {
      raised &= BEFORE_RESULT;
    }
    if ((mxcsr | raised) != mxcsr) {
      mxcsr(mxcsr | raised);
    }
    return (raised & unmasked) != 0;
  }

  static long signBit(int fractionBits) {
    return fractionBits == BinaryRounding.SINGLE ? 1L << 31 : 1L << 63;
  }

  static long infinity(int fractionBits) {
    return fractionBits == BinaryRounding.SINGLE ? 0x7F80_0000L : 0x7FF0_0000_0000_0000L;
  }

  static long magnitude(long bits, int fractionBits) {
    return bits & signBit(fractionBits) - 1;
  }

  static boolean nan(long bits, int fractionBits) {
    return magnitude(bits, fractionBits) > infinity(fractionBits);
  }

  static boolean signaling(long bits, int fractionBits) {
    return nan(bits, fractionBits) && (bits & quietBit(fractionBits)) == 0;
  }

  static boolean infinite(long bits, int fractionBits) {
    return magnitude(bits, fractionBits) == infinity(fractionBits);
  }

  static boolean zero(long bits, int fractionBits) {
    return magnitude(bits, fractionBits) == 0;
  }

  static boolean denormal(long bits, int fractionBits) {
    return (bits & infinity(fractionBits)) == 0 && !zero(bits, fractionBits);
  }

  static long quietBit(int fractionBits) {
    return 1L << (fractionBits - 1);
  }

  /** The unbiased exponent that a finite non-zero number has once normalised. */
  static int exponent(long bits, int fractionBits) {
    int biased = (int) (magnitude(bits, fractionBits) >>> fractionBits);
    int bias = (int) (infinity(fractionBits) >>> (fractionBits + 1));
    int leading = Long.numberOfLeadingZeros(magnitude(bits, fractionBits)) - (63 - fractionBits);
    return biased == 0 ? 1 - bias - leading : biased - bias;
  }

  /** The significand of a finite non-zero number with its leading one in bit 63. */
  static long significand(long bits, int fractionBits) {
    long fraction = bits & (1L << fractionBits) - 1;
    if ((bits & infinity(fractionBits)) != 0) {
      fraction |= 1L << fractionBits;
    }
    return fraction << Long.numberOfLeadingZeros(fraction);
  }

  /** The operand as the operation sees it: zero in place of a denormal if MXCSR says so. */
  final long operand(long bits, int fractionBits) {
    return denormalsAreZeros && denormal(bits, fractionBits) ? bits & signBit(fractionBits) : bits;
  }

  /** Raises DE if one operand is denormal. */
  final void noteDenormals(long a, long b, int fractionBits) {
    if (denormal(a, fractionBits) || denormal(b, fractionBits)) {
      flags |= DENORMAL;
    }
  }

  /** Raises IE and gives the default NaN. */
  final long invalid(int fractionBits) {
    flags |= INVALID;
    return signBit(fractionBits) | infinity(fractionBits) | quietBit(fractionBits);
  }

  /** The NaN that an operation gives of which at least one operand is a NaN: the first one, made quiet. */
  final long propagated(long a, long b, int fractionBits) {
    if (signaling(a, fractionBits) || signaling(b, fractionBits)) {
      flags |= INVALID;
    }
    return (nan(a, fractionBits) ? a : b) | quietBit(fractionBits);
  }

  /** Rounds {@link #exact}, which is not zero. */
  final long round(int fractionBits) {
    long bits = binary.round(exact, fractionBits, rounding, unmasked, (mxcsr & FLUSH_TO_ZERO) != 0);
    flags |= binary.flags;
    return bits;
  }

  final void setExact(long bits, int fractionBits) {
    exact.set(
        (bits & signBit(fractionBits)) != 0,
        exponent(bits, fractionBits),
        significand(bits, fractionBits));
  }

  final long sum(long first, long second, int fractionBits, boolean subtract) {
    long sign = signBit(fractionBits);
    long a = operand(first, fractionBits);
    long b = operand(second, fractionBits);
    if (nan(a, fractionBits) || nan(b, fractionBits)) {
      return propagated(a, b, fractionBits);
    }
    b ^= subtract ? sign : 0;
    boolean aInfinite = infinite(a, fractionBits);
    boolean bInfinite = infinite(b, fractionBits);
    boolean opposite = ((a ^ b) & sign) != 0;
    if (aInfinite && bInfinite && opposite) {
      return invalid(fractionBits);
    }
    noteDenormals(a, b, fractionBits);
    if (aInfinite || bInfinite) {
      return aInfinite ? a : b;
    }
    boolean aZero = zero(a, fractionBits);
    if (aZero && zero(b, fractionBits)) {
      return opposite ? rounding == Rounding.DOWN ? sign : 0 : a;
    }
    if (aZero || zero(b, fractionBits)) {
      setExact(aZero ? b : a, fractionBits);
      return round(fractionBits);
    }
    exact.sum(
        (a & sign) != 0,
        exponent(a, fractionBits),
        significand(a, fractionBits),
        (b & sign) != 0,
        exponent(b, fractionBits),
        significand(b, fractionBits));
    if (exact.zero()) {
      return rounding == Rounding.DOWN ? sign : 0;
    }
    return round(fractionBits);
  }

  final long product(long first, long second, int fractionBits) {
    long a = operand(first, fractionBits);
    long b = operand(second, fractionBits);
    if (nan(a, fractionBits) || nan(b, fractionBits)) {
      return propagated(a, b, fractionBits);
    }
    long sign = (a ^ b) & signBit(fractionBits);
    boolean infinite = infinite(a, fractionBits) || infinite(b, fractionBits);
    boolean zero = zero(a, fractionBits) || zero(b, fractionBits);
    if (infinite && zero) {
      return invalid(fractionBits);
    }
    noteDenormals(a, b, fractionBits);
    if (infinite || zero) {
      return infinite ? sign | infinity(fractionBits) : sign;
    }
    int exponent = exponent(a, fractionBits) + exponent(b, fractionBits);
    exact.product(sign != 0, exponent, significand(a, fractionBits), significand(b, fractionBits));
    return round(fractionBits);
  }

  final long quotient(long first, long second, int fractionBits) {
    long a = operand(first, fractionBits);
    long b = operand(second, fractionBits);
    if (nan(a, fractionBits) || nan(b, fractionBits)) {
      return propagated(a, b, fractionBits);
    }
    long sign = (a ^ b) & signBit(fractionBits);
    boolean aInfinite = infinite(a, fractionBits);
    boolean bInfinite = infinite(b, fractionBits);
    boolean aZero = zero(a, fractionBits);
    boolean bZero = zero(b, fractionBits);
    if ((aInfinite && bInfinite) || (aZero && bZero)) {
      return invalid(fractionBits);
    }
    if (bZero && !aInfinite) {
      flags |= FloatException.ZERO_DIVIDE;
      return sign | infinity(fractionBits);
    }
    noteDenormals(a, b, fractionBits);
    if (aInfinite || bInfinite || aZero) {
      return aInfinite ? sign | infinity(fractionBits) : sign;
    }
    int exponent = exponent(a, fractionBits) - exponent(b, fractionBits);
    exact.quotient(sign != 0, exponent, significand(a, fractionBits), significand(b, fractionBits));
    return round(fractionBits);
  }

  final long squareRoot(long bits, int fractionBits) {
    long a = operand(bits, fractionBits);
    if (nan(a, fractionBits)) {
      return propagated(a, a, fractionBits);
    }
    if (zero(a, fractionBits)) {
      return a;
    }
    if ((a & signBit(fractionBits)) != 0) {
      return invalid(fractionBits);
    }
    noteDenormals(a, a, fractionBits);
    if (infinite(a, fractionBits)) {
      return a;
    }
    exact.squareRoot(exponent(a, fractionBits), significand(a, fractionBits));
    return round(fractionBits);
  }
}
