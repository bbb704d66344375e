package org.paravane.core.execution;

/** Hears of decoded code that is thrown away: see {@link Machine#codeListener}. It must change nothing. */
@FunctionalInterface
public interface CodeListener {
  /**
   * Decoded code was thrown away, since the guest writes to its bytes.
   *
   * @param ramOffset offset into RAM of the first byte that is written
   * @param length how many are written, within one page
   */
  void dropped(long ramOffset, int length);
}
