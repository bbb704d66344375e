package org.paravane.core.host;

/** Distances of the parts that all blocks share from the block that is being written. */
final class CodeLayout {
  private long origin;
  private long exit;
  private long exitBetween;
  private long lookUp;

  /** Says where the parts lie: addresses. */
  void parts(long newExit, long newExitBetween, long newLookUp) {
    exit = newExit;
    exitBetween = newExitBetween;
    lookUp = newLookUp;
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

  /** Goes on at the block whose linear address is in RAX, or leaves translated code. */
  long lookUp() {
    return lookUp - origin;
  }
}
