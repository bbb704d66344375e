package org.paravane.core.fpu;

/** The rounding control field (SDM Vol. 1, table 4-8), in the order of its encoding in the control word and MXCSR. */
public enum Rounding {
  /** To nearest, ties to even. */
  NEAREST,
  /** Toward minus infinity. */
  DOWN,
  /** Toward plus infinity. */
  UP,
  /** Toward zero. */
  ZERO;

  private static final Rounding[] BY_ENCODING = values();

  /** The mode that the two lowest bits of {@code encoding} select. */
  public static Rounding of(int encoding) {
    return BY_ENCODING[encoding & 3];
  }

  /** Whether a result of that sign that overflows becomes an infinity rather than the largest finite number. */
  boolean overflowsToInfinity(boolean negative) {
    return this == NEAREST || this == (negative ? DOWN : UP);
  }
}
