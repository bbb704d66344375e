package org.paravane.platform.pc;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;

/** A PC whose CPUID says that there is a hypervisor, and which one. */
public abstract class HypervisorPlatform extends PcPlatform {
  /** First of the CPUID leaves that processors leave to hypervisors. */
  public static final int FIRST_HYPERVISOR_LEAF = 0x4000_0000;

  private static final int HYPERVISOR_LEAVES = 0x100;
  private static final int HYPERVISOR_PRESENT = 1 << 31;
  private static final int POWER_MANAGEMENT_LEAF = 0x8000_0007;
  private static final int INVARIANT_TSC = 1 << 8;

  private final boolean invariantTsc;

  /**
   * Describes a machine of so many processors.
   *
   * @param invariantTsc whether CPUID promises an invariant time-stamp counter; hypervisors that move guests between hosts
   *     do not, and guests then take the hypervisor's clock instead
   */
  protected HypervisorPlatform(Machine machine, int processors, boolean invariantTsc) {
    super(machine, processors);
    this.invariantTsc = invariantTsc;
  }

  @Override
  public final void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    if (leaf >= FIRST_HYPERVISOR_LEAF && leaf < FIRST_HYPERVISOR_LEAF + HYPERVISOR_LEAVES) {
      result.set(0, 0, 0, 0);
      hypervisorLeaf(cpu, leaf, result);
      return;
    }
    super.cpuid(cpu, leaf, subleaf, result);
    if (leaf == 1) {
      result.ecx |= HYPERVISOR_PRESENT;
    } else if (leaf == POWER_MANAGEMENT_LEAF && !invariantTsc) {
      result.edx &= ~INVARIANT_TSC;
    }
  }

  /**
   * Answers a leaf of the hypervisor.
   *
   * @param leaf 0x40000000 to 0x400000ff
   * @param result zeros at first
   */
  protected abstract void hypervisorLeaf(Cpu cpu, int leaf, CpuidResult result);
}
