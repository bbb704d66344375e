package org.paravane.boot.xen;

import java.util.OptionalLong;
import org.paravane.boot.elf.ElfNotes;
import org.paravane.boot.elf.ElfSegment;
import org.paravane.boot.elf.XenNoteType;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;

/**
 * What goes where in a PV guest, in pseudo-physical frames: one linear region from VIRT_BASE that the first page tables
 * map, and behind it what they don't.
 *
 * @param virtualBase linear address of frame 0
 * @param physicalOffset what is subtracted from the segments' physical addresses
 * @param kernelFrame first frame of the kernel
 * @param initrdFrame first frame of the initrd; meaningless without one
 * @param initrdMapped the initrd lies within the mapped region
 * @param p2mFrame first frame of the P2M list
 * @param p2mAddress linear address of the P2M list
 * @param p2mApart the list has page tables of its own behind it
 * @param p2mFrames frames of the list
 * @param p2mTables frames of those page tables
 * @param startInfoFrame start_info
 * @param storeFrame xenstore's ring
 * @param consoleFrame the console's ring
 * @param tableFrame first frame of the page tables, which is the L4 table
 * @param tables page tables, without those of the P2M list
 * @param stackFrame the boot stack
 * @param mappedFrames frames that the page tables map
 * @param endFrame frames in use
 */
public record PvLayout(
    long virtualBase,
    long physicalOffset,
    long kernelFrame,
    long initrdFrame,
    boolean initrdMapped,
    long p2mFrame,
    long p2mAddress,
    boolean p2mApart,
    long p2mFrames,
    long p2mTables,
    long startInfoFrame,
    long storeFrame,
    long consoleFrame,
    long tableFrame,
    long tables,
    long stackFrame,
    long mappedFrames,
    long endFrame) {
  private static final long PAGE = 4096;

  /** Boot stack and half a MiB of slack are at least mapped behind all else. */
  private static final long EXTRA_FRAMES = 1 + 128;

  private static final long MAPPING_FRAMES = 4 << 20 >> 12;

  /**
   * Lays out a guest.
   *
   * @param initrdBytes 0 for no initrd
   * @param pages pages of RAM
   * @throws BootException if they are too few
   */
  public static PvLayout of(ElfKernel kernel, long initrdBytes, long pages) {
    ElfNotes notes = kernel.elf().notes();
    long virtualBase = notes.xenNumber(XenNoteType.VIRT_BASE).orElse(0);
    long physicalOffset = notes.xenNumber(XenNoteType.PADDR_OFFSET).orElse(0);
    boolean initrdMapped = notes.xenNumber(XenNoteType.MOD_START_PFN).orElse(0) == 0;
    OptionalLong initP2m = notes.xenNumber(XenNoteType.INIT_P2M);
    boolean p2mApart =
        initP2m.isPresent()
            && initP2m.getAsLong() % PAGE == 0
            && Long.compareUnsigned(initP2m.getAsLong(), virtualBase) < 0;
    long first = Long.MAX_VALUE;
    long end = 0;
    for (ElfSegment segment : kernel.elf().segments()) {
      first = Math.min(first, segment.physicalAddress() - physicalOffset);
      end = Math.max(end, segment.physicalEnd() - physicalOffset);
    }
    long next = frames(end);
    long initrdFrame = 0;
    if (initrdBytes != 0 && initrdMapped) {
      initrdFrame = next;
      next += frames(initrdBytes);
    }
    long p2mFrames = frames(pages * 8);
    long p2mFrame = next;
    if (!p2mApart) {
      next += p2mFrames;
    }
    long startInfo = next;
    long tableFrame = next + 3;
    long extra = EXTRA_FRAMES;
    long mapped;
    long tables;
    while (true) {
      mapped = roundUp(tableFrame + extra, MAPPING_FRAMES);
      tables = 1 + lowerTables(virtualBase, mapped);
      if (tableFrame + tables + EXTRA_FRAMES <= mapped) {
        break;
      }
      extra += tables;
    }
    next = mapped;
    if (initrdBytes != 0 && !initrdMapped) {
      initrdFrame = next;
      next += frames(initrdBytes);
    }
    long p2mTables = 0;
    if (p2mApart) {
      p2mFrame = next;
      p2mTables = lowerTables(initP2m.getAsLong(), p2mFrames);
      next += p2mFrames + p2mTables;
    }
    if (first < 0 || next > pages) {
      throw new BootException(
          BootError.MEMORY_TOO_SMALL,
          "the kernel, its initrd and its first page tables need %d KiB; give the machine more memory than %d KiB",
          next * PAGE >> 10,
          pages * PAGE >> 10);
    }
    return new PvLayout(
        virtualBase,
        physicalOffset,
        first >>> 12,
        initrdFrame,
        initrdMapped,
        p2mFrame,
        p2mApart ? initP2m.getAsLong() : virtualBase + p2mFrame * PAGE,
        p2mApart,
        p2mFrames,
        p2mTables,
        startInfo,
        startInfo + 1,
        startInfo + 2,
        tableFrame,
        tables,
        tableFrame + tables,
        mapped,
        next);
  }

  /** Tables of levels 3, 2 and 1 that map so many frames from a linear address on. */
  private static long lowerTables(long start, long frames) {
    long last = start + frames * PAGE - 1;
    long count = 0;
    for (int shift = 39; shift >= 21; shift -= 9) {
      count += (last >> shift) - (start >> shift) + 1;
    }
    return count;
  }

  static long frames(long bytes) {
    return (bytes + PAGE - 1) / PAGE;
  }

  private static long roundUp(long value, long multiple) {
    return (value + multiple - 1) / multiple * multiple;
  }

  /** The linear address of a mapped frame. */
  public long linear(long frame) {
    return virtualBase + frame * PAGE;
  }

  /** Tells whether a frame holds one of the page tables, which the guest may only read. */
  boolean isTable(long frame) {
    return frame >= tableFrame && frame < tableFrame + tables;
  }
}
