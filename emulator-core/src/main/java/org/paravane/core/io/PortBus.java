package org.paravane.core.io;

/**
 * The 64 Ki I/O ports of a machine. Ports that no device claims read as all ones and ignore writes, as on a PC's ISA
 * bus.
 */
public final class PortBus {
  private static final int PORTS = 0x10000;

  private final PortDevice[] devices = new PortDevice[PORTS];
  private PortListener listener;

  /** Has somebody hear of every access, or nobody for null. */
  public void listener(PortListener newListener) {
    listener = newListener;
  }

  /**
   * Gives a device a range of ports.
   *
   * @throws IllegalArgumentException if the range leaves the port space or a port is already claimed
   */
  public void register(int firstPort, int count, PortDevice device) {
    if (firstPort < 0 || count < 1 || firstPort + count > PORTS) {
      throw new IllegalArgumentException(
          "port range %#x+%d is outside the I/O space".formatted(firstPort, count));
    }
    for (int port = firstPort; port < firstPort + count; port++) {
      if (devices[port] != null) {
        throw new IllegalArgumentException("port %#x is already claimed".formatted(port));
      }
    }
    for (int port = firstPort; port < firstPort + count; port++) {
      devices[port] = device;
    }
  }

  /** Tells whether a device claims the port. */
  public boolean claims(int port) {
    return devices[port & 0xffff] != null;
  }

  /** Reads {@code sizeBytes} (1, 2 or 4) from a port; an access goes to the device at its first port. */
  public int read(int port, int sizeBytes) {
    PortDevice device = devices[port & 0xffff];
    int value = device == null ? -1 : device.readPort(port & 0xffff, sizeBytes);
    int read = zeroExtended(value, sizeBytes);
    if (listener != null) {
      listener.read(port & 0xffff, sizeBytes, read);
    }
    return read;
  }

  /** Writes {@code sizeBytes} (1, 2 or 4) to a port; an access goes to the device at its first port. */
  public void write(int port, int sizeBytes, int value) {
    PortDevice device = devices[port & 0xffff];
    int written = zeroExtended(value, sizeBytes);
    if (listener != null) {
      listener.write(port & 0xffff, sizeBytes, written);
    }
    if (device != null) {
      device.writePort(port & 0xffff, sizeBytes, written);
    }
  }

  private static int zeroExtended(int value, int sizeBytes) {
    return sizeBytes == 4 ? value : value & ((1 << 8 * sizeBytes) - 1);
  }
}
