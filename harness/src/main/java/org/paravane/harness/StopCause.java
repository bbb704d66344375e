package org.paravane.harness;

/** Why the harness itself ended a run. */
enum StopCause {
  /** The user left. */
  USER,
  /** {@code Limits.wallTime}. */
  WALL_TIME,
  /** {@code Limits.instructions}. */
  INSTRUCTIONS,
  /** {@code Limits.silence}. */
  SILENCE,
  /** A forbidden marker was seen. */
  FORBIDDEN,
  /** Everything was seen that will decide the run, and the time to go on is over. */
  DECIDED
}
