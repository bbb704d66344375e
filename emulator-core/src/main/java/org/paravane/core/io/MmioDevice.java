package org.paravane.core.io;

/** Answers accesses to a range of guest-physical addresses. */
public interface MmioDevice {
  /**
   * Reads from the range.
   *
   * @param offset byte offset from the start of the range
   * @param sizeBytes 1, 2, 4 or 8
   * @return the value; only the low {@code sizeBytes} bytes count
   */
  long read(long offset, int sizeBytes);

  /**
   * Writes to the range.
   *
   * @param offset byte offset from the start of the range
   * @param sizeBytes 1, 2, 4 or 8
   * @param value the value; bits above {@code sizeBytes} bytes are zero
   */
  void write(long offset, int sizeBytes, long value);
}
