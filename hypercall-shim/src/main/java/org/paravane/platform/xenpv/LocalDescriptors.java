package org.paravane.platform.xenpv;

import java.util.Arrays;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/**
 * The LDT of a processor: 16 pages in the hypervisor's range, each mapped when the processor first reads it there, if what
 * the guest has mapped at its own place for the table may be a page of descriptors.
 *
 * @abi xen/arch/x86/pv/mm.c, pv_map_ldt_shadow_page
 */
final class LocalDescriptors {
  private static final int PAGES = 16;
  private static final int MOST_ENTRIES = 8192;
  private static final int RIGHTS = Segments.RIGHT_P | 2;
  private static final int SELECTOR = 0xe050;

  private final Cpu cpu;
  private final MachineFrames frames;
  private final FrameTypes types;

  /** Frames that are mapped, or -1. */
  private final long[] mapped = new long[PAGES];

  private long linear;
  private int entries;

  LocalDescriptors(Cpu cpu, MachineFrames frames, FrameTypes types) {
    this.cpu = cpu;
    this.frames = frames;
    this.types = types;
    Arrays.fill(mapped, -1);
  }

  /** Uses another table; none if it has no entries. */
  long set(long newLinear, long count) {
    long start = count == 0 ? 0 : newLinear;
    if ((start & MachineFrames.PAGE - 1) != 0
        || !GuestSpace.guests(start)
        || count > MOST_ENTRIES) {
      return -Errno.EINVAL;
    }
    if (start == linear && count == entries) {
      return 0;
    }
    drop();
    linear = start;
    entries = (int) count;
    if (count == 0) {
      cpu.segments.set(Segments.LDTR, 0, 0, 0, Segments.RIGHT_UNUSABLE);
    } else {
      long base = MachineFrames.ldtAddress(cpu.id);
      cpu.segments.set(Segments.LDTR, SELECTOR, base, entries * 8 - 1, RIGHTS);
    }
    return 0;
  }

  /** Ends all uses; pages are mapped anew when they are read again. */
  void drop() {
    boolean any = false;
    for (int page = 0; page < PAGES; page++) {
      if (mapped[page] >= 0) {
        types.end(mapped[page]);
        mapped[page] = -1;
        frames.unmapLdtPage(cpu.id, page);
        any = true;
      }
    }
    if (any) {
      cpu.memory.flushAll();
    }
  }

  /** Tells whether a linear address lies where the hypervisor keeps this table. */
  boolean covers(long address) {
    long offset = address - MachineFrames.ldtAddress(cpu.id);
    return offset >= 0 && offset < (long) PAGES * MachineFrames.PAGE;
  }

  /** The guest's own address for one in the hypervisor's range. */
  long guestAddress(long address) {
    return linear + address - MachineFrames.ldtAddress(cpu.id);
  }

  /**
   * Maps the page at an address that {@link #covers} is true of.
   *
   * @param root the guest kernel's L4 table
   * @return false if the guest has none there, or it is in use otherwise
   */
  boolean map(long address, long root) {
    long entry = GuestTables.entry(cpu.physical, root, guestAddress(address));
    long frame = (entry & TableEntries.FRAME_MASK) >>> 12;
    if ((entry & TableEntries.PRESENT) == 0 || types.begin(frame, FrameTypes.DESCRIPTORS) != 0) {
      return false;
    }
    int page = (int) (address - MachineFrames.ldtAddress(cpu.id) >>> 12);
    mapped[page] = frame;
    frames.mapLdtPage(cpu.id, page, frame << 12);
    return true;
  }
}
