package org.paravane.core.fpu;

import static org.paravane.core.fpu.BinaryRounding.DOUBLE;
import static org.paravane.core.fpu.BinaryRounding.SINGLE;
import static org.paravane.core.fpu.FloatException.INVALID;

/**
 * COMIS*, UCOMIS*, CMP*, MIN* and MAX* (SDM Vol. 1, 11.4.3 and 4.8.3.5). The outcome of a comparison is given as the
 * EFLAGS bits ZF, PF and CF, as in {@link ExtendedComparison}.
 */
public final class SseComparison {
  private static final int NEGATED = 4;
  private static final int PREDICATE = 7;
  private static final int ORDERED_NEGATED = 8;
  private static final int OTHER_SIGNALING = 16;

  private final SseArithmetic arithmetic;

  /** Comparisons that follow the MXCSR of that instance and raise their exceptions there. */
  public SseComparison(SseArithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  /** COMISD, for which every NaN is an invalid operand. */
  public int orderedDouble(long a, long b) {
    return compare(a, b, DOUBLE, true);
  }

  /** UCOMISD, for which a quiet NaN is a valid operand. */
  public int unorderedDouble(long a, long b) {
    return compare(a, b, DOUBLE, false);
  }

  /** COMISS. */
  public int orderedFloat(int a, int b) {
    return compare(a, b, SINGLE, true);
  }

  /** UCOMISS. */
  public int unorderedFloat(int a, int b) {
    return compare(a, b, SINGLE, false);
  }

  /** CMPSD and CMPPD: whether predicate 0 to 31 of table 3-1 holds; SSE knows the first eight, AVX all. */
  public boolean holdsDouble(long a, long b, int predicate) {
    return holds(a, b, DOUBLE, predicate);
  }

  /** CMPSS and CMPPS. */
  public boolean holdsFloat(int a, int b, int predicate) {
    return holds(a, b, SINGLE, predicate);
  }

  private boolean holds(long a, long b, int fractionBits, int predicate) {
    boolean relational = (predicate & 3) == 1 || (predicate & 3) == 2;
    int order = compare(a, b, fractionBits, relational != ((predicate & OTHER_SIGNALING) != 0));
    boolean unordered = order == ExtendedComparison.UNORDERED;
    boolean negated = (predicate & NEGATED) != 0;
    boolean held =
        switch (predicate & 3) {
          case 0 -> order == ExtendedComparison.EQUAL;
          case 1 -> order == ExtendedComparison.LESS;
          case 2 -> order == ExtendedComparison.LESS || order == ExtendedComparison.EQUAL;
          default -> unordered;
        };
    if ((predicate & ORDERED_NEGATED) != 0) {
      return holdsBeyondSse(order, predicate & PREDICATE);
    }
    return held != negated;
  }

  private static boolean holdsBeyondSse(int order, int predicate) {
    boolean unordered = order == ExtendedComparison.UNORDERED;
    boolean equal = order == ExtendedComparison.EQUAL;
    boolean less = order == ExtendedComparison.LESS;
    boolean greater = order == ExtendedComparison.GREATER;
    return switch (predicate) {
      case 0 -> equal || unordered;
      case 1 -> less || unordered;
      case 2 -> less || equal || unordered;
      case 3 -> false;
      case 4 -> less || greater;
      case 5 -> greater || equal;
      case 6 -> greater;
      default -> true;
    };
  }

  private int compare(long first, long second, int fractionBits, boolean quietIsInvalid) {
    long a = arithmetic.operand(first, fractionBits);
    long b = arithmetic.operand(second, fractionBits);
    if (SseControl.nan(a, fractionBits) || SseControl.nan(b, fractionBits)) {
      if (quietIsInvalid
          || SseControl.signaling(a, fractionBits)
          || SseControl.signaling(b, fractionBits)) {
        arithmetic.flags |= INVALID;
      }
      return ExtendedComparison.UNORDERED;
    }
    arithmetic.noteDenormals(a, b, fractionBits);
    int order = Long.compare(ordered(a, fractionBits), ordered(b, fractionBits));
    return order == 0
        ? ExtendedComparison.EQUAL
        : order < 0 ? ExtendedComparison.LESS : ExtendedComparison.GREATER;
  }

  /** An integer that orders as the number does. */
  private static long ordered(long bits, int fractionBits) {
    long magnitude = SseControl.magnitude(bits, fractionBits);
    return (bits & SseControl.signBit(fractionBits)) != 0 ? -magnitude : magnitude;
  }

  /** MINSD: the second operand if the first is not smaller. */
  public long minDouble(long a, long b) {
    return select(a, b, DOUBLE, ExtendedComparison.LESS);
  }

  /** MAXSD: the second operand if the first is not larger. */
  public long maxDouble(long a, long b) {
    return select(a, b, DOUBLE, ExtendedComparison.GREATER);
  }

  /** MINSS. */
  public int minFloat(int a, int b) {
    return (int) select(a, b, SINGLE, ExtendedComparison.LESS);
  }

  /** MAXSS. */
  public int maxFloat(int a, int b) {
    return (int) select(a, b, SINGLE, ExtendedComparison.GREATER);
  }

  private long select(long a, long b, int fractionBits, int wanted) {
    return arithmetic.operand(compare(a, b, fractionBits, true) == wanted ? a : b, fractionBits);
  }
}
