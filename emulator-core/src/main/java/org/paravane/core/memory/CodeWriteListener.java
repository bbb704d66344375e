package org.paravane.core.memory;

/** Learns of writes to pages that hold decoded code. */
public interface CodeWriteListener {
  /**
   * Called before bytes of a page that is marked as code change.
   *
   * @param ramOffset first byte, as an offset into RAM; the range stays inside one page
   * @param length bytes, at least 1
   */
  void beforeCodeWrite(long ramOffset, int length);
}
