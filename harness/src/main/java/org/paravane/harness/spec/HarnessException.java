package org.paravane.harness.spec;

import org.paravane.core.ParavaneException;

/** A boot that cannot be tried. The message is one sentence for people: what, which value, what to do. */
public final class HarnessException extends ParavaneException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode error;

  /** Says why in {@code message}. */
  public HarnessException(ErrorCode error, String message) {
    this(error, message, null);
  }

  /** Says why in {@code message}, and keeps the cause, which may be null. */
  public HarnessException(ErrorCode error, String message, Throwable cause) {
    super(error.name(), message, cause);
    this.error = error;
  }

  /** The kind of failure. */
  public ErrorCode error() {
    return error;
  }
}
