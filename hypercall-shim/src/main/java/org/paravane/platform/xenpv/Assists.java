package org.paravane.platform.xenpv;

import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/** HYPERVISOR_vm_assist: what a guest has asked the hypervisor to do for it. @abi xen/include/public/xen.h, VMASST_TYPE */
final class Assists {
  private static final int ENABLE = 0;
  private static final int DISABLE = 1;
  private static final int WRITABLE_PAGETABLES = 2;
  private static final int ARCHITECTURAL_IOPL = 4;
  private static final int M2P_STRICT = 32;

  /** 4gb_segments to pae_extended_cr3, architectural_iopl, runstate_update_flag, m2p_strict. */
  private static final long KNOWN = 0x3f | 1L << M2P_STRICT;

  private long enabled;

  long call(GuestSpace guest, long[] arguments) {
    long type = arguments[1] & 0xffff_ffffL;
    if (type >= Long.SIZE || (KNOWN >>> type & 1) == 0) {
      return -Errno.EINVAL;
    }
    switch ((int) arguments[0]) {
      case ENABLE -> enabled |= 1L << type;
      case DISABLE -> enabled &= ~(1L << type);
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private boolean enabled(int type) {
    return (enabled >>> type & 1) != 0;
  }

  /** Stores to page tables that are mapped read-only are carried out. */
  boolean writablePageTables() {
    return enabled(WRITABLE_PAGETABLES);
  }

  /** The flags of a frame carry IOPL, and the guest's kernel counts as ring 0 for it. */
  boolean architecturalIopl() {
    return enabled(ARCHITECTURAL_IOPL);
  }

  /** Only roots of the kernel map the machine-to-physical table. */
  boolean strictMachineToPhysical() {
    return enabled(M2P_STRICT);
  }
}
