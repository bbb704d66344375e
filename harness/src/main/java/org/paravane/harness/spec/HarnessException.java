package org.paravane.harness.spec;

/** A boot that cannot be tried. The message is one sentence for people: what, which value, what to do. */
public final class HarnessException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** Says why in {@code message}. */
  public HarnessException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Says why in {@code message}, and keeps the cause, which may be null. */
  public HarnessException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable name of the reason. */
  public ErrorCode code() {
    return code;
  }
}
