package org.paravane.core.device.pci;

/** One function of a PCI device: its 256 bytes of configuration space. */
public interface PciFunction {
  /**
   * Reads configuration space.
   *
   * @param offset 0 to 255
   * @param sizeBytes 1, 2 or 4; the access does not cross a multiple of four
   * @return the value; only the low {@code sizeBytes} bytes count
   */
  int readConfig(int offset, int sizeBytes);

  /**
   * Writes configuration space.
   *
   * @param offset 0 to 255
   * @param sizeBytes 1, 2 or 4; the access does not cross a multiple of four
   * @param value the value; bits above {@code sizeBytes} bytes are zero
   */
  void writeConfig(int offset, int sizeBytes, int value);
}
