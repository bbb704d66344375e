package org.paravane.debug.disassembly;

/** Where the bytes of instructions come from: a file, or the memory of a machine that stands still. */
@FunctionalInterface
public interface ByteSource {
  /**
   * Reads the bytes at {@code address} into {@code into}, from its start.
   *
   * @return how many could be read; fewer than {@code into} holds where the source ends
   */
  int read(long address, byte[] into);

  /** The bytes of an array, whose first has the address {@code base}. */
  static ByteSource of(byte[] bytes, long base) {
    return (address, into) -> {
      long from = address - base;
      if (from < 0 || from >= bytes.length) {
        return 0;
      }
      int count = (int) Math.min(into.length, bytes.length - from);
      System.arraycopy(bytes, (int) from, into, 0, count);
      return count;
    };
  }
}
