package org.paravane.platform.xenpv;

import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.GuestSpace;

/** Finds entries in a PV guest's page tables. */
final class GuestTables {
  private GuestTables() {}

  /** Machine address of the L1 entry for a linear address of the guest, or -1 if there is none. */
  static long entryAddress(PhysicalMemory memory, long root, long linear) {
    if (!GuestSpace.guests(linear)) {
      return -1;
    }
    long table = root;
    for (int shift = 39; shift > 12; shift -= 9) {
      long entry = memory.get64(table + ((linear >>> shift & 0x1ff) << 3));
      if ((entry & TableEntries.PRESENT) == 0) {
        return -1;
      }
      table = entry & TableEntries.FRAME_MASK;
    }
    return table + ((linear >>> 12 & 0x1ff) << 3);
  }

  /** The L1 entry for a linear address of the guest; 0 if there is none. */
  static long entry(PhysicalMemory memory, long root, long linear) {
    long address = entryAddress(memory, root, linear);
    return address < 0 ? 0 : memory.get64(address);
  }
}
