package org.paravane.platform.xenpv;

import java.util.BitSet;
import org.paravane.core.memory.PhysicalMemory;

/**
 * Which frames are known to be page tables, and of what level: those below a pinned or loaded table, and those that an
 * entry written later refers to. It is a hint, not a count of references: nothing is refused for it except entries of the
 * hypervisor's own slots.
 */
final class TableTypes {
  private static final long PRESENT = 1;
  private static final long LARGE = 1 << 7;
  private static final long FRAME_MASK = 0x000f_ffff_ffff_f000L;
  private static final int FIRST_HYPERVISOR_SLOT = 256;
  private static final int LAST_HYPERVISOR_SLOT = 271;

  private final PhysicalMemory memory;
  private final MachineFrames frames;
  private final byte[] levels;
  private final BitSet pinned = new BitSet();

  TableTypes(PhysicalMemory memory, MachineFrames frames) {
    this.memory = memory;
    this.frames = frames;
    levels = new byte[Math.toIntExact(frames.highestFrame() + 1)];
  }

  /** The level, 1 to 4, or 0 for a frame that is not known to be a table. */
  int level(long frame) {
    return levels[(int) frame];
  }

  /**
   * Pins a table.
   *
   * @return false if it is pinned already
   */
  boolean pin(long frame, int level) {
    if (pinned.get((int) frame)) {
      return false;
    }
    pinned.set((int) frame);
    mark(frame, level);
    return true;
  }

  /**
   * Unpins a table, and forgets that it is one.
   *
   * @return false if it is not pinned
   */
  boolean unpin(long frame) {
    if (!pinned.get((int) frame)) {
      return false;
    }
    pinned.clear((int) frame);
    levels[(int) frame] = 0;
    return true;
  }

  /** Notes that a frame is a table, and so are those below it. */
  void mark(long frame, int level) {
    if (levels[(int) frame] == level) {
      return;
    }
    levels[(int) frame] = (byte) level;
    if (level == 1) {
      return;
    }
    for (int slot = 0; slot < 512; slot++) {
      long entry = memory.busRead((frame << 12) + 8L * slot, 8);
      boolean hypervisors =
          level == 4 && slot >= FIRST_HYPERVISOR_SLOT && slot <= LAST_HYPERVISOR_SLOT;
      boolean table = (entry & PRESENT) != 0 && (entry & LARGE) == 0 && !hypervisors;
      long target = (entry & FRAME_MASK) >>> 12;
      if (table && frames.exists(target)) {
        mark(target, level - 1);
      }
    }
  }
}
