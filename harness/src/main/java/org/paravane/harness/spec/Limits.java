package org.paravane.harness.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * When a run ends at the latest. What is empty is unlimited.
 *
 * @param wallTime host time
 * @param instructions guest instructions of all processors together
 * @param silence guest time without a byte on the console, so that equal runs end equally
 * @param linger guest time that the guest still gets when the last expected marker was seen, to power off or to panic;
 *     zero ends the run with the marker
 */
public record Limits(
    Optional<Duration> wallTime,
    OptionalLong instructions,
    Optional<Duration> silence,
    Duration linger) {
  /** How long a guest may go on after the last marker, unless said otherwise. */
  public static final Duration DEFAULT_LINGER = Duration.ofSeconds(10);

  /** No limit but the default {@link #linger}. */
  public static final Limits NONE =
      new Limits(Optional.empty(), OptionalLong.empty(), Optional.empty(), DEFAULT_LINGER);

  /** Refuses limits that are zero or less. */
  public Limits {
    wallTime.ifPresent(time -> requirePositive("time limit", !time.isZero() && !time.isNegative()));
    silence.ifPresent(
        time -> requirePositive("silence limit", !time.isZero() && !time.isNegative()));
    instructions.ifPresent(count -> requirePositive("instruction limit", count > 0));
    if (linger.isNegative()) {
      throw new HarnessException(ErrorCode.BAD_OPTION, "The linger time must not be negative.");
    }
  }

  private static void requirePositive(String what, boolean positive) {
    if (!positive) {
      throw new HarnessException(
          ErrorCode.BAD_OPTION, "The " + what + " must be greater than zero.");
    }
  }

  /** These limits with another {@link #wallTime}. */
  public Limits withWallTime(Duration time) {
    return new Limits(Optional.of(time), instructions, silence, linger);
  }

  /** These limits with another instruction limit. */
  public Limits withInstructions(long count) {
    return new Limits(wallTime, OptionalLong.of(count), silence, linger);
  }

  /** These limits with another {@link #silence}. */
  public Limits withSilence(Duration time) {
    return new Limits(wallTime, instructions, Optional.of(time), linger);
  }

  /** These limits with another {@link #linger}. */
  public Limits withLinger(Duration time) {
    return new Limits(wallTime, instructions, silence, time);
  }
}
