package org.paravane.boot.placement;

import org.paravane.core.ParavaneException;

/** A boot that can't be prepared as asked, with one sentence that says why. */
public final class BootException extends ParavaneException {
  private static final long serialVersionUID = 1L;

  private final BootError error;

  /** Makes a failure from a format and its values. */
  public BootException(BootError error, String format, Object... values) {
    super(error.name(), format.formatted(values), null);
    this.error = error;
  }

  /** The kind of failure. */
  public BootError error() {
    return error;
  }
}
