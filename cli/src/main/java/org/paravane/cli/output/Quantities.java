package org.paravane.cli.output;

import java.util.Locale;

/** Writes amounts for people, the same in every locale. */
final class Quantities {
  private static final double NANOS_PER_SECOND = 1e9;

  private Quantities() {}

  /** Seconds with three decimals. */
  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / NANOS_PER_SECOND);
  }

  /** A count with its thousands parted. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Millions of instructions a second. */
  static String rate(long instructions, long nanos) {
    return String.format(Locale.ROOT, "%.0f MIPS", nanos <= 0 ? 0.0 : instructions * 1e3 / nanos);
  }
}
