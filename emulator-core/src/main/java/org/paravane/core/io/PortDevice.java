package org.paravane.core.io;

/** Answers accesses to the I/O ports that it is registered for on a {@link PortBus}. */
public interface PortDevice {
  /**
   * Reads a port.
   *
   * @param port port number, 0 to 0xffff
   * @param sizeBytes 1, 2 or 4
   * @return the value; only the low {@code sizeBytes} bytes count
   */
  int readPort(int port, int sizeBytes);

  /**
   * Writes a port.
   *
   * @param port port number, 0 to 0xffff
   * @param sizeBytes 1, 2 or 4
   * @param value the value; bits above {@code sizeBytes} bytes are zero
   */
  void writePort(int port, int sizeBytes, int value);
}
