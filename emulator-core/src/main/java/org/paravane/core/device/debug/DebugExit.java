package org.paravane.core.device.debug;

import org.paravane.core.io.PortBus;
import org.paravane.core.io.PortDevice;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/** Port F4h (four bytes wide): a write ends the run with the value written. */
public final class DebugExit implements PortDevice {
  private static final int PORT = 0xf4;

  private final MachineControl machine;

  /** Creates the port for a machine. */
  public DebugExit(MachineControl machine) {
    this.machine = machine;
  }

  /** Claims ports F4h to F7h. */
  public void attach(PortBus bus) {
    bus.register(PORT, 4, this);
  }

  @Override
  public int readPort(int port, int sizeBytes) {
    return 0;
  }

  @Override
  public void writePort(int port, int sizeBytes, int value) {
    machine.exit(new ExitReason.DebugExit(value));
  }
}
