package org.paravane.core;

import java.util.Objects;

/**
 * A failure that a user can act on. The message is one clear sentence: what is wrong, which value, what to do; the code is
 * a stable text such as {@code IMAGE_TRUNCATED} that scripts may match.
 */
public abstract class ParavaneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * Makes a failure.
   *
   * @param code stable upper-case identifier
   * @param message one sentence for the user
   * @param cause what was caught, or null
   */
  protected ParavaneException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code);
  }

  /** The stable identifier of this kind of failure. */
  public final String code() {
    return code;
  }
}
