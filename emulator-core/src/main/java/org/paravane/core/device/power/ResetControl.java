package org.paravane.core.device.power;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/** The reset control register, port CF9h: a rising edge of bit 2 resets. Only byte accesses; CF8h is PCI's. */
public final class ResetControl implements ByteWidePortDevice {
  /** Its port: the ACPI reset register, with {@link #RESET_VALUE}. */
  public static final int PORT = 0xcf9;

  /** What resets the machine when written. */
  public static final int RESET_VALUE = 0x06;

  private static final int RESET = 0x04;
  private static final int KEPT = 0x0a;

  private final MachineControl machine;
  private int value;

  /** Creates the register for a machine. */
  public ResetControl(MachineControl machine) {
    this.machine = machine;
  }

  /** Claims port CF9h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 1, this);
  }

  @Override
  public int readByte(int port) {
    return port == PORT ? value : 0xff;
  }

  @Override
  public void writeByte(int port, int written) {
    if (port == PORT) {
      value = written & KEPT;
      if ((written & RESET) != 0) {
        machine.exit(new ExitReason.Reset("port CF9h"));
      }
    }
  }
}
