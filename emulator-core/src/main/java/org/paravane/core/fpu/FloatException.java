package org.paravane.core.fpu;

/**
 * The six floating-point exceptions as bits: the flags of the x87 status word and of MXCSR, and the masks of the x87
 * control word (SDM Vol. 1, figures 8-4 and 10-3).
 */
public final class FloatException {
  /** IE: an operand or an operation is invalid. */
  public static final int INVALID = 0x01;

  /** DE: an operand is denormal. */
  public static final int DENORMAL = 0x02;

  /** ZE: a finite number was divided by zero. */
  public static final int ZERO_DIVIDE = 0x04;

  /** OE: the rounded result is too large. */
  public static final int OVERFLOW = 0x08;

  /** UE: the rounded result is too small for a normal number. */
  public static final int UNDERFLOW = 0x10;

  /** PE: the result was rounded. */
  public static final int PRECISION = 0x20;

  /** All six. */
  public static final int ALL = 0x3F;

  /** Those found before the result is computed: unmasked, they keep the destination as it was. */
  public static final int BEFORE_RESULT = INVALID | DENORMAL | ZERO_DIVIDE;

  private FloatException() {}
}
