package org.paravane.core.device.power;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/** The sleep control and status registers of hardware-reduced ACPI (ACPI 6.4, section 4.8.3.7): two ports in a row. */
public final class AcpiSleepRegisters implements ByteWidePortDevice {
  private static final int SLEEP_ENABLE = 0x20;
  private static final int SLEEP_TYPE = 0x1c;

  private final MachineControl machine;
  private final int controlPort;
  private int control;

  /**
   * Creates the registers.
   *
   * @param controlPort port of SLEEP_CONTROL_REG; SLEEP_STATUS_REG is the next one
   */
  public AcpiSleepRegisters(MachineControl machine, int controlPort) {
    this.machine = machine;
    this.controlPort = controlPort;
  }

  /** Claims both ports. */
  public void attach(PortBus bus) {
    bus.register(controlPort, 2, this);
  }

  @Override
  public int readByte(int port) {
    // WAK_STS in the second register is never set: S5 does not wake.
    return port == controlPort ? control : 0;
  }

  @Override
  public void writeByte(int port, int value) {
    if (port == controlPort) {
      control = value & SLEEP_TYPE;
      if ((value & SLEEP_ENABLE) != 0 && control >> 2 == AcpiPowerManagement.SLEEP_TYPE_S5) {
        machine.exit(new ExitReason.PowerOff("ACPI S5"));
      }
    }
  }
}
