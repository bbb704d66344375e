package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.INTEGER_BIT;

/** The constants in the FPU (SDM Vol. 1, 8.3.2), rounded from more bits than a register holds. */
public enum ExtendedConstant {
  /** FLD1. */
  ONE(0x3FFF, INTEGER_BIT, false, false),
  /** FLDL2T: the binary logarithm of 10. */
  LOG2_10(0x4000, 0xD49A_784B_CD1B_8AFEL, true, false),
  /** FLDL2E: the binary logarithm of e. */
  LOG2_E(0x3FFF, 0xB8AA_3B29_5C17_F0BBL, true, true),
  /** FLDPI. */
  PI(0x4000, 0xC90F_DAA2_2168_C234L, true, true),
  /** FLDLG2: the decimal logarithm of 2. */
  LOG10_2(0x3FFD, 0x9A20_9A84_FBCF_F798L, true, true),
  /** FLDLN2: the natural logarithm of 2. */
  LN_2(0x3FFE, 0xB172_17F7_D1CF_79ABL, true, true),
  /** FLDZ. */
  ZERO(0, 0, false, false);

  private final int signExponent;
  private final long truncated;
  private final boolean inexact;
  private final boolean overHalf;

  ExtendedConstant(int signExponent, long truncated, boolean inexact, boolean overHalf) {
    this.signExponent = signExponent;
    this.truncated = truncated;
    this.inexact = inexact;
    this.overHalf = overHalf;
  }

  /** The sign and exponent. */
  public int signExponent() {
    return signExponent;
  }

  /** The significand under that rounding; being inexact raises nothing. */
  public long significand(Rounding rounding) {
    boolean up = rounding == Rounding.NEAREST ? overHalf : inexact && rounding == Rounding.UP;
    return up ? truncated + 1 : truncated;
  }
}
