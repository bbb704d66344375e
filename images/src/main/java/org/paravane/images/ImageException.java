package org.paravane.images;

/** An image that cannot be found, fetched or read; the message is one sentence for the user. */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with its sentence. */
  public ImageException(String message) {
    super(message);
  }

  /** Creates the exception with its sentence and what caused it. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
