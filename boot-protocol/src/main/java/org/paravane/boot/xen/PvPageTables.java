package org.paravane.boot.xen;

import java.util.HashMap;
import java.util.Map;

/** The page tables that a PV guest starts with. */
final class PvPageTables {
  private static final long PRESENT = 1;
  private static final long PAGE_FLAGS = 0x23;
  private static final long TABLE_PAGE_FLAGS = 0x21;
  private static final long UPPER_FLAGS = 0x67;
  private static final long FRAME_MASK = 0x000f_ffff_ffff_f000L;

  private final PvSpace space;
  private final PvLayout layout;

  /** Frames of the tables made so far, by machine frame. */
  private final Map<Long, Long> pseudoPhysical = new HashMap<>();

  private PvPageTables(PvSpace space, PvLayout layout) {
    this.space = space;
    this.layout = layout;
  }

  static void write(PvSpace space, PvLayout layout) {
    PvPageTables tables = new PvPageTables(space, layout);
    long next = tables.map(layout.virtualBase(), 0, layout.mappedFrames(), layout.tableFrame() + 1);
    if (next != layout.tableFrame() + layout.tables()) {
      throw new IllegalStateException(
          "counted %d page tables, made %d".formatted(layout.tables(), next - layout.tableFrame()));
    }
    if (layout.p2mApart()) {
      tables.map(
          layout.p2mAddress(),
          layout.p2mFrame(),
          layout.p2mFrames(),
          layout.p2mFrame() + layout.p2mFrames());
    }
  }

  /**
   * Maps frames at a linear address, with new tables from a frame on: all of level 3 first, then level 2, then level 1.
   *
   * @return the frame behind the new tables
   */
  private long map(long linear, long frame, long count, long freeFrame) {
    long last = linear + (count << 12) - 1;
    long next = freeFrame;
    for (int shift = 39; shift >= 21; shift -= 9) {
      for (long region = linear >> shift; region <= last >> shift; region++) {
        long entry = entry(region << shift, shift);
        if ((space.get64(entry) & PRESENT) == 0) {
          space.put64(entry, space.machineFrame(next) << 12 | UPPER_FLAGS);
          pseudoPhysical.put(space.machineFrame(next), next);
          next++;
        }
      }
    }
    for (long i = 0; i < count; i++) {
      long flags = layout.isTable(frame + i) ? TABLE_PAGE_FLAGS : PAGE_FLAGS;
      space.put64(entry(linear + (i << 12), 12), space.machineFrame(frame + i) << 12 | flags);
    }
    return next;
  }

  /** Pseudo-physical address of the entry for a linear address in the table that {@code shift} belongs to. */
  private long entry(long linear, int shift) {
    long table = layout.tableFrame();
    for (int level = 39; level > shift; level -= 9) {
      long machine = (space.get64(at(table, linear, level)) & FRAME_MASK) >>> 12;
      table = pseudoPhysical.get(machine);
    }
    return at(table, linear, shift);
  }

  private static long at(long table, long linear, int shift) {
    return (table << 12) + ((linear >>> shift & 0x1ff) << 3);
  }
}
