package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Platform.CpuidResult;
import org.paravane.platform.pc.ProcessorIdentity;
import org.paravane.platform.xen.XenLeaves;

/** What CPUID tells PV guests: the processor without what a kernel at CPL 3 cannot use. */
final class PvCpuid {
  /** MONITOR, VMX, PCID, x2APIC, TSC deadline. */
  private static final int HIDDEN_1_ECX = 1 << 3 | 1 << 5 | 1 << 17 | 1 << 21 | 1 << 24;

  /** VME, PSE, MCE, MTRR, PGE, MCA, PSE-36. */
  private static final int HIDDEN_1_EDX =
      1 << 1 | 1 << 3 | 1 << 7 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17;

  /** TSC_ADJUST, SMEP, INVPCID, SMAP. */
  private static final int HIDDEN_7_EBX = 1 << 1 | 1 << 7 | 1 << 10 | 1 << 20;

  /** UMIP, PKU, OSPKE. */
  private static final int HIDDEN_7_ECX = 1 << 2 | 1 << 3 | 1 << 4;

  /** Pages of 1 GiB. */
  private static final int HIDDEN_81_EDX = 1 << 26;

  private static final int HYPERVISOR_PRESENT = 1 << 31;

  private PvCpuid() {}

  static void answer(int leaf, int subleaf, int vcpu, int processors, CpuidResult result) {
    if (XenLeaves.contains(leaf)) {
      XenLeaves.cpuid(leaf, subleaf, vcpu, true, result);
      return;
    }
    ProcessorIdentity.cpuid(leaf, subleaf, 2 * vcpu, processors, true, result);
    switch (leaf) {
      case 1 -> {
        result.ecx = result.ecx & ~HIDDEN_1_ECX | HYPERVISOR_PRESENT;
        result.edx &= ~HIDDEN_1_EDX;
      }
      case 7 -> {
        result.ebx &= ~HIDDEN_7_EBX;
        result.ecx &= ~HIDDEN_7_ECX;
      }
      case 0x8000_0001 -> result.edx &= ~HIDDEN_81_EDX;
      default -> {
        // Nothing to hide.
      }
    }
  }
}
