package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.BIAS;
import static org.paravane.core.fpu.ExtendedFormat.INDEFINITE_SIGNIFICAND;
import static org.paravane.core.fpu.ExtendedFormat.INDEFINITE_SIGN_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.INTEGER_BIT;
import static org.paravane.core.fpu.ExtendedFormat.MAX_EXPONENT;
import static org.paravane.core.fpu.ExtendedFormat.QUIET_BIT;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;
import static org.paravane.core.fpu.FloatException.BEFORE_RESULT;
import static org.paravane.core.fpu.FloatException.DENORMAL;
import static org.paravane.core.fpu.FloatException.INVALID;
import static org.paravane.core.fpu.FloatException.OVERFLOW;
import static org.paravane.core.fpu.FloatException.PRECISION;
import static org.paravane.core.fpu.FloatException.UNDERFLOW;

/**
 * What every x87 operation shares: the control word, the place of the result, the exceptions, and the rounding of an
 * {@link UnroundedNumber} to the register format (SDM Vol. 1, 4.8.4, 4.9, 8.4 and 8.5).
 */
abstract sealed class ExtendedRounding permits ExtendedArithmetic {
  /** What unmasked overflow subtracts from the exponent, and unmasked underflow adds (SDM Vol. 1, 8.5.4). */
  private static final int BIAS_ADJUSTMENT = 24576;

  /** The sign and biased exponent of the result, 16 bits. */
  public int resultSignExponent;

  /** The significand of the result, with its integer bit. */
  public long resultSignificand;

  /** For FXTRACT, FPTAN and FSINCOS: the sign and biased exponent of what is pushed after the result is in ST(0). */
  public int pushedSignExponent;

  /** For FXTRACT, FPTAN and FSINCOS: the significand of what is pushed. */
  public long pushedSignificand;

  /** The exceptions of the last operation, as {@link FloatException} bits; the caller merges them into IE to PE. */
  public int flags;

  /** Whether the last operation's result is larger in magnitude than the exact one: C1. */
  public boolean roundedUp;

  final UnroundedNumber exact = new UnroundedNumber();
  Rounding rounding = Rounding.NEAREST;

  private int controlWord = 0x037F;
  private int precisionDrop;
  private boolean operandWasDenormal;

  /** The x87 control word. */
  public final int controlWord() {
    return controlWord;
  }

  /** Sets the control word; masks, precision control and rounding control are taken from it. */
  public final void controlWord(int value) {
    controlWord = value & 0xFFFF;
    rounding = Rounding.of(value >> 10);
    precisionDrop =
        switch (value >> 8 & 3) {
          case 0 -> 40;
          case 2 -> 11;
          default -> 0;
        };
  }

  /** The exceptions of the last operation that the control word does not mask; nonzero sets ES and B. */
  public final int unmaskedExceptions() {
    return flags & ~controlWord;
  }

  /**
   * Whether the last operation must leave its destination register, and the stack, as they were: an invalid operation,
   * a denormal operand or a division by zero is unmasked. Unmasked overflow and underflow do deliver a result to a
   * register, with an adjusted exponent.
   */
  public final boolean resultSuppressed() {
    return (flags & BEFORE_RESULT & ~controlWord) != 0;
  }

  /** Whether the last load from memory must not happen, nor push: there, an unmasked denormal operand is loaded. */
  public final boolean loadSuppressed() {
    return (flags & INVALID & ~controlWord) != 0;
  }

  /**
   * Whether the last store to memory must not happen, nor pop: there, unmasked overflow and underflow too leave the
   * destination as it was.
   */
  public final boolean storeSuppressed() {
    return (flags & (INVALID | OVERFLOW | UNDERFLOW) & ~controlWord) != 0;
  }

  final void begin() {
    flags = 0;
    roundedUp = false;
  }

  final boolean unmasked(int exception) {
    return (controlWord & exception) == 0;
  }

  /** Makes the next operation see a denormal operand, though widening has made it normal. */
  final void operandWasDenormal() {
    operandWasDenormal = true;
  }

  /** Consumes what {@link #operandWasDenormal()} left. */
  final boolean takeDenormalOperand() {
    boolean was = operandWasDenormal;
    operandWasDenormal = false;
    return was;
  }

  /** Raises DE; true if the operation must not go on. */
  final boolean stopsOnDenormal() {
    flags |= DENORMAL;
    return unmasked(DENORMAL);
  }

  final void set(int signExponent, long significand) {
    resultSignExponent = signExponent;
    resultSignificand = significand;
  }

  /** Delivers an operand itself, a pseudo-denormal in its normal form. */
  final void setOperand(int signExponent, long significand) {
    boolean pseudoDenormal = significand < 0 && (signExponent & MAX_EXPONENT) == 0;
    set(pseudoDenormal ? signExponent | 1 : signExponent, significand);
  }

  final void setPushed(int signExponent, long significand) {
    pushedSignExponent = signExponent;
    pushedSignificand = significand;
  }

  final void setZero(boolean negative) {
    set(negative ? SIGN : 0, 0);
  }

  final void setInfinity(boolean negative) {
    set(negative ? SIGN | MAX_EXPONENT : MAX_EXPONENT, INTEGER_BIT);
  }

  /** Raises IE and delivers the default NaN. */
  final void setInvalid() {
    flags |= INVALID;
    set(INDEFINITE_SIGN_EXPONENT, INDEFINITE_SIGNIFICAND);
  }

  /** Delivers a result for an unsupported operand or a NaN; false if the number is neither. */
  final boolean propagated(int signExponent, long significand) {
    if (ExtendedFormat.unsupported(signExponent, significand)) {
      setInvalid();
      return true;
    }
    if (!ExtendedFormat.nan(signExponent, significand)) {
      return false;
    }
    if ((significand & QUIET_BIT) == 0) {
      flags |= INVALID;
    }
    set(signExponent, significand | QUIET_BIT);
    return true;
  }

  /** Delivers a result if one of two operands is unsupported or a NaN (SDM Vol. 1, table 4-7); else false. */
  final boolean propagated(int aSignExponent, long a, int bSignExponent, long b) {
    if (ExtendedFormat.unsupported(aSignExponent, a)
        || ExtendedFormat.unsupported(bSignExponent, b)) {
      setInvalid();
      return true;
    }
    boolean aNan = ExtendedFormat.nan(aSignExponent, a);
    boolean bNan = ExtendedFormat.nan(bSignExponent, b);
    if (!aNan && !bNan) {
      return false;
    }
    boolean aSignaling = aNan && (a & QUIET_BIT) == 0;
    boolean bSignaling = bNan && (b & QUIET_BIT) == 0;
    if (aSignaling || bSignaling) {
      flags |= INVALID;
    }
    boolean chooseA = aNan;
    if (aNan && bNan) {
      if (aSignaling != bSignaling) {
        chooseA = bSignaling;
      } else {
        int order = Long.compareUnsigned(a, b);
        chooseA = order > 0 || (order == 0 && (aSignExponent & SIGN) == 0);
      }
    }
    set(chooseA ? aSignExponent : bSignExponent, (chooseA ? a : b) | QUIET_BIT);
    return true;
  }

  /** The biased exponent of a finite non-zero number after normalisation; zero or less for most denormals. */
  static int normalisedExponent(int signExponent, long significand) {
    int exponent = signExponent & MAX_EXPONENT;
    return exponent == 0 ? 1 - Long.numberOfLeadingZeros(significand) : exponent;
  }

  static long normalised(long significand) {
    return significand << Long.numberOfLeadingZeros(significand);
  }

  /** Sets {@link #exact} to a finite non-zero number. */
  final void setExact(int signExponent, long significand) {
    int exponent = normalisedExponent(signExponent, significand) - BIAS;
    exact.set((signExponent & SIGN) != 0, exponent, normalised(significand));
  }

  /** Rounds {@link #exact}, whose exponent is unbiased and which is not zero, to the precision that is in force. */
  final void round() {
    round(precisionDrop);
  }

  /** Rounds {@link #exact} to {@code 64 - drop} bits of significand and delivers it. */
  final void round(int drop) {
    UnroundedNumber number = exact;
    int exponent = number.exponent + BIAS;
    boolean tiny = exponent < 0 || (exponent == 0 && !number.carriesOut(drop, rounding));
    if (exponent <= 0 && tiny && unmasked(UNDERFLOW)) {
      flags |= UNDERFLOW;
      exponent += BIAS_ADJUSTMENT;
      if (exponent <= 0) {
        flags |= PRECISION;
        setZero(number.negative);
        return;
      }
      tiny = false;
    }
    if (exponent <= 0) {
      number.shiftRightSticky(1 - exponent);
      exponent = 0;
    }
    boolean inexact = number.inexact(drop);
    long significand = number.high & (-1L << drop);
    if (inexact) {
      flags |= PRECISION | (tiny ? UNDERFLOW : 0);
      roundedUp = number.roundsUp(drop, rounding);
      if (roundedUp) {
        significand += 1L << drop;
        if (significand == 0) {
          significand = INTEGER_BIT;
          exponent++;
        } else if (exponent == 0 && significand < 0) {
          exponent = 1;
        }
      }
    }
    int sign = number.negative ? SIGN : 0;
    if (exponent >= MAX_EXPONENT) {
      flags |= OVERFLOW;
      if (!unmasked(OVERFLOW)) {
        overflow(rounding.overflowsToInfinity(number.negative), drop);
        return;
      }
      exponent -= BIAS_ADJUSTMENT;
      if (exponent >= MAX_EXPONENT) {
        overflow(true, drop);
        return;
      }
    }
    set(sign | exponent, significand);
  }

  private void overflow(boolean toInfinity, int drop) {
    flags |= PRECISION;
    roundedUp = toInfinity;
    if (toInfinity) {
      setInfinity(exact.negative);
    } else {
      set((exact.negative ? SIGN : 0) | (MAX_EXPONENT - 1), -1L << drop);
    }
  }
}
