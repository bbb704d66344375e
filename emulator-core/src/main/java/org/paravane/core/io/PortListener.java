package org.paravane.core.io;

/** Hears of every access to an I/O port, for traces; it must change nothing. */
public interface PortListener {
  /** A port was read: {@code sizeBytes} is 1, 2 or 4, {@code value} zero-extended to 32 bits. */
  void read(int port, int sizeBytes, int value);

  /** A port is about to be written; parameters as in {@link #read}. */
  void write(int port, int sizeBytes, int value);
}
