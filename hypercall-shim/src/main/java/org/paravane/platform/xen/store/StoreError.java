package org.paravane.platform.xen.store;

/** A refused request; the constant's name is what goes over the wire. */
enum StoreError {
  EINVAL,
  EPERM,
  EACCES,
  EEXIST,
  EISDIR,
  ENOENT,
  ENOMEM,
  ENOSPC,
  EIO,
  ENOTEMPTY,
  ENOSYS,
  EROFS,
  EBUSY,
  EAGAIN,
  EISCONN,
  E2BIG;

  /** Carries an error to the end of the request, without a stack trace. */
  @SuppressWarnings("serial")
  static final class Refusal extends RuntimeException {
    private final StoreError error;

    private Refusal(StoreError error) {
      super(null, null, false, false);
      this.error = error;
    }

    StoreError error() {
      return error;
    }
  }

  Refusal refusal() {
    return new Refusal(this);
  }
}
