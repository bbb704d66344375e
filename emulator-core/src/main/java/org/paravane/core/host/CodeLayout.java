package org.paravane.core.host;

/** Distances of the parts that all blocks share from the block that is being written. */
final class CodeLayout {
  private long origin;
  private long exit;
  private long exitBetween;

  /** Says where the parts lie: addresses. */
  void parts(long newExit, long newExitBetween) {
    exit = newExit;
    exitBetween = newExitBetween;
  }

  /** Says where the block will lie. */
  void origin(long address) {
    origin = address;
  }

  /** The distance of an address. */
  long to(long address) {
    return address - origin;
  }

  /** Leaves translated code; EAX says why. */
  long exit() {
    return exit - origin;
  }

  /** Leaves translated code between two blocks. */
  long exitBetween() {
    return exitBetween - origin;
  }
}
