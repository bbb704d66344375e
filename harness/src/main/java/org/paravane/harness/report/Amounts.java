package org.paravane.harness.report;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Amounts {
  private static final double NANOS_PER_SECOND = 1e9;

  private Amounts() {}

  /** A count with its thousands parted. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A time in seconds. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / NANOS_PER_SECOND);
  }

  /** Millions of instructions per second; 0 for no time. */
  static double millionsPerSecond(long instructions, long nanos) {
    return nanos <= 0 ? 0 : instructions / 1e6 / (nanos / NANOS_PER_SECOND);
  }

  /** A rate in millions of instructions per second. */
  static String rate(long instructions, long nanos) {
    return nanos <= 0
        ? "–"
        : String.format(Locale.ROOT, "%.1f M/s", millionsPerSecond(instructions, nanos));
  }
}
