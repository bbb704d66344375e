package org.paravane.core.device.timer;

/**
 * Converts between machine nanoseconds and the ticks of an oscillator that started with the machine; exact over the
 * whole range of machine time, so that counters never drift.
 *
 * @param hertz ticks a second, 1 to 9,000,000,000
 */
public record Frequency(long hertz) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** Checks the range. */
  public Frequency {
    if (hertz < 1 || hertz > 9_000_000_000L) {
      throw new IllegalArgumentException(
          "a frequency of " + hertz + " Hz is outside 1 to 9000000000");
    }
  }

  /** How many ticks have passed at a machine time (not negative). */
  public long ticksAt(long nanos) {
    return nanos / NANOS_PER_SECOND * hertz + nanos % NANOS_PER_SECOND * hertz / NANOS_PER_SECOND;
  }

  /**
   * The first nanosecond at which a tick (not negative) has passed; {@link Long#MAX_VALUE} if machine time ends before.
   */
  public long nanosAtTick(long tick) {
    long seconds = tick / hertz;
    if (seconds >= Long.MAX_VALUE / NANOS_PER_SECOND) {
      return Long.MAX_VALUE;
    }
    return seconds * NANOS_PER_SECOND + Math.ceilDiv(tick % hertz * NANOS_PER_SECOND, hertz);
  }
}
