package org.paravane.core.device.debug;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.device.serial.SerialSink;
import org.paravane.core.io.PortBus;

/** Port E9h: each byte written is a character; reads give E9h, by which a guest knows that somebody listens. */
public final class DebugConsole implements ByteWidePortDevice {
  private static final int PORT = 0xe9;

  private final SerialSink sink;

  /** Creates the console. */
  public DebugConsole(SerialSink sink) {
    this.sink = sink;
  }

  /** Claims port E9h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 1, this);
  }

  @Override
  public int readByte(int port) {
    return port == PORT ? PORT : 0xff;
  }

  @Override
  public void writeByte(int port, int value) {
    if (port == PORT) {
      sink.accept((byte) value);
    }
  }
}
