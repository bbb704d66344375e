package org.paravane.platform.xenpv;

import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Errno;

/**
 * Which segment descriptors a PV guest may have, and what the hypervisor makes of them: nothing in them may lead below
 * CPL 3.
 *
 * @abi xen/arch/x86/x86_64/mm.c, check_descriptor
 */
final class SegmentDescriptors {
  /** What {@link #adopt} gives for a descriptor that is refused: a TSS, which it never makes. */
  static final long REFUSED = 0x0000_8900_0000_0000L;

  private static final int ENTRIES = 512;
  private static final long DPL = 3L << 45;
  private static final long PRESENT = 1L << 47;
  private static final long CODE_OR_DATA = 1L << 44;
  private static final long TYPE = 0x1fL << 40;
  private static final long CALL_GATE = 0xcL << 40;
  private static final long GATE_RESERVED = 0xffL << 32;
  private static final int SELECTOR_SHIFT = 16;

  private SegmentDescriptors() {}

  /** The descriptor that stands for one that the guest wants, or {@link #REFUSED}. */
  static long adopt(long descriptor) {
    if ((descriptor & PRESENT) == 0) {
      return descriptor;
    }
    // Type 0 is the second half of a call gate.
    if ((descriptor & CODE_OR_DATA) != 0 || (descriptor & TYPE) == 0) {
      return descriptor | DPL;
    }
    if ((descriptor & TYPE) != CALL_GATE || (descriptor & GATE_RESERVED) != 0) {
      return REFUSED;
    }
    int selector = (int) (descriptor >>> SELECTOR_SHIFT) & 0xffff;
    boolean guests =
        selector >>> 3 < DescriptorCalls.GUEST_ENTRIES
            || selector == DescriptorCalls.KERNEL_CODE
            || (selector & 4) != 0;
    if (!guests) {
      return REFUSED;
    }
    // A use faults, and a 64-bit guest is left with that; the RPL keeps what its DPL would be.
    return descriptor & ~DPL | 3L << SELECTOR_SHIFT;
  }

  /** Adopts all descriptors of a page; after an error those in front of the refused one are adopted. */
  static long adoptPage(PhysicalMemory memory, long page) {
    for (int i = 0; i < ENTRIES; i++) {
      long address = page + 8L * i;
      long descriptor = memory.get64(address);
      long adopted = adopt(descriptor);
      if (adopted == REFUSED) {
        return -Errno.EINVAL;
      }
      if (adopted != descriptor) {
        memory.busWrite(address, 8, adopted);
      }
    }
    return 0;
  }
}
