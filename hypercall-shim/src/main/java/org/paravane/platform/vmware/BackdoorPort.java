package org.paravane.platform.vmware;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.PortDevice;

/**
 * The two ports of the backdoor. An access to the first with the magic number in EAX is a call, whose results go to the
 * registers of the processor behind the access. The second moves blocks over a channel; since no channel can be opened,
 * every block fails, which the guest sees in EBX.
 */
final class BackdoorPort implements PortDevice {
  static final int COMMAND = 0x5658;
  static final int HIGH_BANDWIDTH = 0x5659;

  private final Machine machine;
  private final Backdoor backdoor;

  BackdoorPort(Machine machine, Backdoor backdoor) {
    this.machine = machine;
    this.backdoor = backdoor;
  }

  @Override
  public int readPort(int port, int sizeBytes) {
    Cpu cpu = machine.current();
    if (port == HIGH_BANDWIDTH) {
      backdoor.failBlock(cpu);
      return -1;
    }
    return sizeBytes == 4 ? backdoor.call(cpu) : -1;
  }

  @Override
  public void writePort(int port, int sizeBytes, int value) {
    Cpu cpu = machine.current();
    if (port == HIGH_BANDWIDTH) {
      backdoor.failBlock(cpu);
    } else if (sizeBytes == 4 && value == Backdoor.MAGIC) {
      cpu.set32(Cpu.RAX, backdoor.call(cpu));
    }
  }
}
