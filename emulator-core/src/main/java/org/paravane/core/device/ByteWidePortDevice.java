package org.paravane.core.device;

import org.paravane.core.io.PortDevice;

/** A device on an 8-bit bus: wider accesses reach it as one byte access a port, lowest port first, as on ISA. */
public interface ByteWidePortDevice extends PortDevice {
  /** Reads one port; only the low eight bits of the result count. */
  int readByte(int port);

  /** Writes one port. {@code value} is 0 to 255. */
  void writeByte(int port, int value);

  @Override
  default int readPort(int port, int sizeBytes) {
    int value = 0;
    for (int i = 0; i < sizeBytes; i++) {
      value |= (readByte(port + i) & 0xff) << 8 * i;
    }
    return value;
  }

  @Override
  default void writePort(int port, int sizeBytes, int value) {
    for (int i = 0; i < sizeBytes; i++) {
      writeByte(port + i, value >>> 8 * i & 0xff);
    }
  }
}
