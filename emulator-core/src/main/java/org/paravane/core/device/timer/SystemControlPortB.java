package org.paravane.core.device.timer;

import org.paravane.core.clock.Clock;
import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.PortBus;

/**
 * Port 61h: gate and output of timer channel 2, speaker enable, the refresh toggle, and the parity and I/O check bits,
 * which never report an error.
 */
public final class SystemControlPortB implements ByteWidePortDevice {
  private static final int PORT = 0x61;
  private static final int GATE_2 = 0x01;
  private static final int KEPT = 0x0e;
  private static final int REFRESH_TOGGLE = 0x10;
  private static final int OUTPUT_2 = 0x20;
  private static final long REFRESH_NANOS = 15_085;

  private final Clock clock;
  private final Pit8254 pit;
  private int kept;

  /** Creates the port for a timer. */
  public SystemControlPortB(Clock clock, Pit8254 pit) {
    this.clock = clock;
    this.pit = pit;
  }

  /** Claims port 61h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 1, this);
  }

  @Override
  public int readByte(int port) {
    if (port != PORT) {
      return 0xff;
    }
    int refresh = (clock.nanos() / REFRESH_NANOS & 1) != 0 ? REFRESH_TOGGLE : 0;
    return kept | refresh | (pit.gate2() ? GATE_2 : 0) | (pit.output2() ? OUTPUT_2 : 0);
  }

  @Override
  public void writeByte(int port, int value) {
    if (port == PORT) {
      kept = value & KEPT;
      pit.gate2((value & GATE_2) != 0);
    }
  }
}
