package org.paravane.platform.xenpvh;

import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.BackedPages;
import org.paravane.platform.xen.GrantTable;
import org.paravane.platform.xen.XenDomain;

/**
 * The pages that Xen's toolstack puts below 4 GiB for a PVH guest, and those that hold shared_info and grant table until
 * the guest says where it wants them.
 */
final class SpecialPages {
  /** Guest-physical address of the first; the range is reserved in the memory map. */
  static final long START = 0xfeff_8000L;

  /** Bytes of the range. */
  static final long LENGTH = 0x8000;

  private static final long PAGE = 4096;
  private static final long STORE = 0xfeff_c000L;
  private static final long CONSOLE = 0xfeff_f000L;

  /** Out of the guest's sight: above every address that CPUID lets it use. */
  private static final long HIDDEN = 1L << 44;

  SpecialPages(PhysicalMemory memory) {
    memory.register(START, LENGTH, new BackedPages((int) (LENGTH / PAGE)));
    memory.register(
        HIDDEN, (1 + GrantTable.MOST_FRAMES) * PAGE, new BackedPages(1 + GrantTable.MOST_FRAMES));
  }

  /** Tells whether a frame is one of those below 4 GiB. */
  static boolean contain(long frame) {
    return frame << 12 >= START && frame << 12 < START + LENGTH;
  }

  XenDomain.Pages pages() {
    return new XenDomain.Pages(HIDDEN, STORE, CONSOLE);
  }

  long grantFrame(int index) {
    return HIDDEN + (1 + index) * PAGE;
  }
}
