package org.paravane.core.device.debug;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.PortBus;

/** Port 80h: keeps the last power-on self-test code; kernels write it only to wait. */
public final class PostCode implements ByteWidePortDevice {
  private static final int PORT = 0x80;

  private int lastCode;

  /** Claims port 80h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 1, this);
  }

  /** The last code written, 0 to 255. */
  public int lastCode() {
    return lastCode;
  }

  @Override
  public int readByte(int port) {
    return port == PORT ? lastCode : 0xff;
  }

  @Override
  public void writeByte(int port, int value) {
    if (port == PORT) {
      lastCode = value;
    }
  }
}
