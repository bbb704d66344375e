package org.paravane.platform.xen.abi;

/** Ends a hypercall with an error number. It carries no stack trace: guests cause it. */
@SuppressWarnings("serial")
public final class XenError extends RuntimeException {
  private final int errno;

  /** An error of {@link Errno}, positive. */
  public XenError(int errno) {
    super(null, null, false, false);
    this.errno = errno;
  }

  /** The error number, positive. */
  public int errno() {
    return errno;
  }
}
