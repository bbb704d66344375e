package org.paravane.core.device.power;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/** Port 92h: bit 0 resets when it rises, bit 1 is the A20 gate, which is always open here. */
public final class SystemControlPortA implements ByteWidePortDevice {
  private static final int PORT = 0x92;
  private static final int RESET = 0x01;
  private static final int A20 = 0x02;

  private final MachineControl machine;
  private int value;

  /** Creates the port for a machine. */
  public SystemControlPortA(MachineControl machine) {
    this.machine = machine;
  }

  /** Claims port 92h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 1, this);
  }

  @Override
  public int readByte(int port) {
    return port == PORT ? value | A20 : 0xff;
  }

  @Override
  public void writeByte(int port, int written) {
    if (port == PORT) {
      value = written & ~RESET;
      if ((written & RESET) != 0) {
        machine.exit(new ExitReason.Reset("port 92h"));
      }
    }
  }
}
