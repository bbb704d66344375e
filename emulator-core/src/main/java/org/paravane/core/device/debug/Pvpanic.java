package org.paravane.core.device.debug;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/** The pvpanic device, port 505h (ACPI id QEMU0001): a guest that panics says so. */
public final class Pvpanic implements ByteWidePortDevice {
  /** Its port. */
  public static final int PORT = 0x505;

  private static final int PANICKED = 0x01;

  private final MachineControl machine;

  /** Creates the device for a machine. */
  public Pvpanic(MachineControl machine) {
    this.machine = machine;
  }

  /** Claims port 505h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 1, this);
  }

  @Override
  public int readByte(int port) {
    return port == PORT ? PANICKED : 0xff;
  }

  @Override
  public void writeByte(int port, int value) {
    if (port == PORT && (value & PANICKED) != 0) {
      machine.exit(new ExitReason.GuestCrash("pvpanic"));
    }
  }
}
