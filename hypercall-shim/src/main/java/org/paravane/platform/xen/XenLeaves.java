package org.paravane.platform.xen;

import org.paravane.core.cpu.Platform.CpuidResult;
import org.paravane.platform.xen.abi.Domid;

/** CPUID leaves 0x40000000 and up. @abi xen/include/public/arch-x86/cpuid.h */
public final class XenLeaves {
  /** The first leaf. */
  public static final int BASE = 0x4000_0000;

  /** The version that guests see, 4.17, as (major << 16) | minor. */
  static final int VERSION = 4 << 16 | 17;

  private static final int MAX_LEAF = BASE + 5;
  private static final int PRESERVE_AD = 1;
  private static final int RDTSCP_USABLE = 1 << 2;
  private static final int HOST_TSC_RELIABLE = 1 << 1;
  private static final int IOMMU_MAPPINGS = 1 << 2;
  private static final int VCPU_ID_PRESENT = 1 << 3;
  private static final int DOMID_PRESENT = 1 << 4;
  private static final int UPCALL_VECTOR = 1 << 6;
  private static final int HVM_FEATURES =
      IOMMU_MAPPINGS | VCPU_ID_PRESENT | DOMID_PRESENT | UPCALL_VECTOR;
  private static final int MACHINE_ADDRESS_BITS = 40;

  private XenLeaves() {}

  /** Tells whether a leaf belongs to Xen. */
  public static boolean contains(int leaf) {
    return leaf >= BASE && leaf <= MAX_LEAF;
  }

  /** Answers a leaf. */
  public static void cpuid(
      int leaf, int subleaf, int vcpu, boolean paravirtual, CpuidResult result) {
    switch (leaf - BASE) {
      case 0 -> result.set(MAX_LEAF, 0x566e_6558, 0x6558_4d4d, 0x4d4d_566e);
      case 1 -> result.set(VERSION, 0, 0, 0);
      case 2 -> result.set(1, HypercallPage.MSR, paravirtual ? PRESERVE_AD : 0, 0);
      case 3 -> time(subleaf, result);
      case 4 -> {
        if (paravirtual || subleaf != 0) {
          result.set(0, 0, 0, 0);
        } else {
          result.set(HVM_FEATURES, vcpu, Domid.GUEST, 0);
        }
      }
      default -> result.set(0, paravirtual && subleaf == 0 ? MACHINE_ADDRESS_BITS : 0, 0, 0);
    }
  }

  private static void time(int subleaf, CpuidResult result) {
    switch (subleaf) {
      case 0 -> result.set(HOST_TSC_RELIABLE | RDTSCP_USABLE, 0, XenTime.TSC_KHZ, 0);
      case 1 -> result.set(0, 0, 0x8000_0000, 1);
      case 2 -> result.set(XenTime.TSC_KHZ, 0, 0, 0);
      default -> result.set(0, 0, 0, 0);
    }
  }
}
