package org.paravane.boot.format;

import org.paravane.core.ParavaneException;

/** A kernel file that can't be used, with the reason and the byte offset that shows it. */
public final class ImageException extends ParavaneException {
  private static final long serialVersionUID = 1L;

  private final ImageError error;
  private final long offset;

  /**
   * Makes a failure without a cause.
   *
   * @param error the kind
   * @param offset byte offset in the (unpacked) image of the value at fault, or 0 where it is the whole file
   * @param message one sentence
   */
  public ImageException(ImageError error, long offset, String message) {
    this(error, offset, message, null);
  }

  /** Makes a failure that another exception revealed. */
  public ImageException(ImageError error, long offset, String message, Throwable cause) {
    super(error.name(), message, cause);
    this.error = error;
    this.offset = offset;
  }

  /** The kind of failure. */
  public ImageError error() {
    return error;
  }

  /** Byte offset of the value at fault in the (unpacked) image. */
  public long offset() {
    return offset;
  }
}
