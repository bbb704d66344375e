package org.paravane.platform.vmware;

import java.util.UUID;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.HypervisorPlatform;
import org.paravane.platform.pc.ProcessorIdentity;

/** A PC with VMware's CPUID leaves and backdoor. */
final class VmwarePlatform extends HypervisorPlatform {
  private static final int TIMING_LEAF = 0x4000_0010;

  /** ECX of the timing leaf: the backdoor answers to VMCALL. To ask for VMMCALL is for AMD's processors. */
  private static final int HYPERCALL_BY_VMCALL = 2;

  private final Backdoor backdoor;

  VmwarePlatform(Machine machine, int processors, UUID uuid) {
    super(machine, processors, true);
    backdoor = new Backdoor(machine, uuid);
    machine.ports().register(BackdoorPort.COMMAND, 2, new BackdoorPort(machine, backdoor));
  }

  @Override
  protected void hypervisorLeaf(Cpu cpu, int leaf, CpuidResult result) {
    if (leaf == FIRST_HYPERVISOR_LEAF) {
      // "VMwareVMware".
      result.set(TIMING_LEAF, 0x6177_4d56, 0x4d56_6572, 0x6572_6177);
    } else if (leaf == TIMING_LEAF) {
      int tscKhz = (int) (ProcessorIdentity.TSC_HZ / 1000);
      int busKhz = (int) (ProcessorIdentity.CRYSTAL_HZ / 1000);
      result.set(tscKhz, busKhz, HYPERCALL_BY_VMCALL, 0);
    }
  }

  @Override
  public boolean opensPort(int port) {
    return port == BackdoorPort.COMMAND || port == BackdoorPort.HIGH_BANDWIDTH;
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    cpu.set32(Cpu.RAX, backdoor.callByInstruction(cpu));
    return true;
  }
}
