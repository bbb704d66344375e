package org.paravane.harness;

import java.math.BigDecimal;
import java.time.Duration;

/** Writes spans of time for people. */
final class Durations {
  private Durations() {}

  /** Seconds with as many decimals as the span needs, such as {@code 90 s} or {@code 0.5 s}. */
  static String text(Duration span) {
    return BigDecimal.valueOf(span.toNanos(), 9).stripTrailingZeros().toPlainString() + " s";
  }
}
