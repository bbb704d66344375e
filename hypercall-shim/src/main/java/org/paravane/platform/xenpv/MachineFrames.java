package org.paravane.platform.xenpv;

import org.paravane.boot.xen.FrameMap;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The frames of the machine: the guest's, then those of the hypervisor: shared_info, grant table, its page tables with
 * the M2P table and the descriptor tables.
 */
final class MachineFrames {
  static final int PAGE = 4096;

  /** Linear address of the M2P table. */
  static final long M2P_START = 0xffff_8000_0000_0000L;

  /** Linear address behind the room for it. */
  static final long M2P_END = 0xffff_8040_0000_0000L;

  /** Linear address of the descriptor tables, {@link #GDT_STRIDE} bytes a processor. */
  static final long GDT_START = 0xffff_8300_0000_0000L;

  static final long GDT_STRIDE = 0x20000;

  /** Where the LDT lies behind a processor's GDT. */
  private static final int LDT_PAGE = 16;

  private static final int FIRST_SLOT = (int) (M2P_START >>> 39) & 0x1ff;
  private static final int SLOTS = 16;

  private static final int TABLE_ENTRIES = 512;
  private static final long HIDDEN_TABLE = 0x63;
  private static final long M2P_TABLE = 0x67;
  private static final long M2P_PAGE = 0x25;
  private static final long GDT_PAGE = 0x63;
  private static final long INVALID = -1;

  private final PhysicalMemory memory;
  private final FrameMap frames;
  private final long ramPages;
  private long nextRamPage;
  private final long m2pAddress;
  private final long m2pEntry;
  private final long gdtEntry;
  private final long gdtTable;

  /** Bytes of machine memory for a guest of so many pages. */
  static long machineBytes(int guestPages, int processors) {
    long pages = guestPages;
    // The tables grow with what they describe, so that a second round is enough for all sizes that
    // a host can give.
    for (int round = 0; round < 2; round++) {
      pages = guestPages + reservedPages(pages, processors);
    }
    return pages * PAGE;
  }

  private static long reservedPages(long ramPages, int processors) {
    long m2pPages = pagesOf(8 * (FrameMap.machineFrameOf(ramPages) + 1024));
    long m2pTables = 2 + pagesOf(8 * m2pPages) + pagesOf(m2pPages / 64 + 8);
    long gdtPages = 3 + 2L * processors;
    return m2pPages + m2pTables + gdtPages + 128;
  }

  private static long pagesOf(long bytes) {
    return (bytes + PAGE - 1) / PAGE;
  }

  /** Sets up the hypervisor's frames and tables in machine memory of {@link #machineBytes}. */
  MachineFrames(PhysicalMemory memory, FrameMap frames) {
    this.memory = memory;
    this.frames = frames;
    ramPages = memory.sizeBytes() / PAGE;
    nextRamPage = frames.pages();
    long m2pPages = pagesOf(8 * (highestFrame() + 1));
    // One run, so that the table is indexed by machine frame; it never straddles the hole for it
    // begins behind RAM.
    m2pAddress = allocateRun(m2pPages);
    for (long frame = 0; frame < m2pPages * TABLE_ENTRIES; frame++) {
      memory.put64(m2pAddress + 8 * frame, INVALID);
    }
    for (long frame = 0; frame < frames.pages(); frame++) {
      memory.put64(m2pAddress + 8 * frames.machineFrame(frame), frame);
    }
    long m2pRoot = allocate();
    m2pEntry = m2pRoot | M2P_TABLE;
    for (long page = 0; page < m2pPages; page++) {
      long directory = table(m2pRoot + 8 * (page >> 18), M2P_TABLE);
      long table = table(directory + 8 * (page >> 9 & 0x1ff), M2P_TABLE);
      memory.put64(table + 8 * (page & 0x1ff), m2pAddress + page * PAGE | M2P_PAGE);
    }
    long gdtRoot = allocate();
    gdtEntry = gdtRoot | HIDDEN_TABLE;
    gdtTable = table(table(gdtRoot, HIDDEN_TABLE), HIDDEN_TABLE);
  }

  private long table(long entryAddress, long flags) {
    long entry = memory.get64(entryAddress);
    if (entry == 0) {
      entry = allocate() | flags;
      memory.put64(entryAddress, entry);
    }
    return entry & -PAGE;
  }

  /** Sets aside a zeroed frame of the hypervisor: its machine address. */
  long allocate() {
    return allocateRun(1);
  }

  private long allocateRun(long count) {
    long first = FrameMap.machineFrameOf(nextRamPage);
    if (FrameMap.machineFrameOf(nextRamPage + count - 1) != first + count - 1) {
      nextRamPage += count;
      return allocateRun(count);
    }
    nextRamPage += count;
    if (nextRamPage > ramPages) {
      throw new IllegalStateException(
          "the hypervisor's frames do not fit into what was set aside for them");
    }
    return first * PAGE;
  }

  /** The highest frame number of the machine. */
  long highestFrame() {
    return FrameMap.machineFrameOf(ramPages - 1);
  }

  /** The guest's RAM. */
  FrameMap guest() {
    return frames;
  }

  /** Tells whether a frame number is one of the machine's RAM. */
  boolean exists(long frame) {
    return frame >= 0 && frame <= highestFrame() && memory.ramOffset(frame * PAGE) >= 0;
  }

  /** Says which pseudo-physical frame a machine frame is. */
  void machineToPhysical(long machineFrame, long frame) {
    memory.put64(m2pAddress + 8 * machineFrame, frame);
  }

  /**
   * Gives an L4 table the entries of the hypervisor, in the place of whatever was there.
   *
   * @param m2p whether that for the M2P table is among them
   */
  void install(long root, boolean m2p) {
    memory.zero(root + 8 * FIRST_SLOT, 8 * SLOTS);
    memory.put64(root + 8 * (GDT_START >>> 39 & 0x1ff), gdtEntry);
    showM2p(root, m2p);
  }

  /** Maps the M2P table by an L4 table, or not. */
  void showM2p(long root, boolean shown) {
    memory.put64(root + 8 * FIRST_SLOT, shown ? m2pEntry : 0);
  }

  /** Linear address of a processor's LDT. */
  static long ldtAddress(int processor) {
    return gdtAddress(processor) + (long) LDT_PAGE * PAGE;
  }

  /** Maps a page of a processor's LDT. */
  void mapLdtPage(int processor, int page, long machineAddress) {
    mapGdtPage(processor, LDT_PAGE + page, machineAddress);
  }

  /** Takes a page of a processor's LDT away. */
  void unmapLdtPage(int processor, int page) {
    memory.put64(gdtTableEntry(processor, LDT_PAGE + page), 0);
  }

  /** Linear address of a processor's GDT. */
  static long gdtAddress(int processor) {
    return GDT_START + processor * GDT_STRIDE;
  }

  /** Maps a page of a processor's GDT. */
  void mapGdtPage(int processor, int page, long machineAddress) {
    memory.put64(gdtTableEntry(processor, page), machineAddress | GDT_PAGE);
  }

  private long gdtTableEntry(int processor, int page) {
    return gdtTable + 8 * (processor * (GDT_STRIDE / PAGE) + page);
  }
}
