package org.example.hypervisor;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.HypervisorPlatform;

/** What a processor of the platform {@code example} finds around it. */
final class ExamplePlatform extends HypervisorPlatform {
  ExamplePlatform(Machine machine, int processors) {
    super(machine, processors, true);
  }

  @Override
  protected void hypervisorLeaf(Cpu cpu, int leaf, CpuidResult result) {
    if (leaf == FIRST_HYPERVISOR_LEAF) {
      // "ExampleHyper".
      result.set(FIRST_HYPERVISOR_LEAF, 0x6d61_7845, 0x4865_6c70, 0x7265_7079);
    }
  }
}
