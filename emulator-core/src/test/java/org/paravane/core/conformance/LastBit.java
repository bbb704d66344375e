package org.paravane.core.conformance;

import java.util.Arrays;
import java.util.Set;

/**
 * The x87 instructions whose results need only be right to the last bit: their error is below 1 ulp when rounding to
 * nearest, and below 1.5 ulps otherwise (SDM Vol. 1 8.3.10). Another processor may round the other way.
 */
final class LastBit {
  private static final Set<String> APPROXIMATE =
      Set.of("F2XM1", "FYL2X", "FYL2XP1", "FPTAN", "FPATAN", "FSIN", "FCOS", "FSINCOS");
  private static final int STACK_FAULT = 1 << 6;

  /** Whether the result was rounded up, which depends on how much more is known of it than it can hold. */
  private static final int C1 = 1 << 9;

  private LastBit() {}

  /** Tells whether an instruction is one of these, by the text of its form. */
  static boolean appliesTo(String form) {
    return Arrays.stream(form.split(" ")).anyMatch(APPROXIMATE::contains);
  }

  /** Where {@code actual} is as good as {@code expected}, makes it the same. */
  static void forgive(ProcessorState expected, ProcessorState actual) {
    for (int i = 0; i < 2; i++) {
      if (adjacent(expected, actual, i)) {
        actual.significand[i] = expected.significand[i];
        actual.signExponent[i] = expected.signExponent[i];
      }
    }
    if ((expected.statusWord & STACK_FAULT) == 0) {
      actual.statusWord = actual.statusWord & ~C1 | expected.statusWord & C1;
    }
  }

  /** Tells whether {@code ST(i)} of the two are neighbours among the representable numbers. */
  private static boolean adjacent(ProcessorState a, ProcessorState b, int i) {
    int exponents = a.signExponent[i] - b.signExponent[i];
    if (exponents == 0) {
      return Math.abs(a.significand[i] - b.significand[i]) == 1;
    }
    // 1.11…1 and the next power of two.
    return exponents == 1 && a.significand[i] == Long.MIN_VALUE && b.significand[i] == -1
        || exponents == -1 && b.significand[i] == Long.MIN_VALUE && a.significand[i] == -1;
  }
}
