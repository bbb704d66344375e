package org.paravane.platform.xenpv;

import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Errno;

/**
 * The entries of a PV guest's page tables: which the hypervisor takes, what it makes of them, and the uses of frames that
 * they are. Errors as in {@link FrameTypes}.
 *
 * @abi xen/arch/x86/mm.c
 */
final class TableEntries implements FrameTypes.Contents {
  static final long PRESENT = 1;
  static final long WRITABLE = 1 << 1;
  static final long ACCESSED = 1 << 5;
  static final long ACCESSED_DIRTY = 0x60;
  static final long FRAME_MASK = 0x000f_ffff_ffff_f000L;

  private static final long USER = 1 << 2;
  private static final long GLOBAL = 1 << 8;

  /** Xen's mark of pages that the guest did not mean for its user mode. */
  private static final long GUEST_KERNEL = 1L << 52;

  /** PWT, PCD and PAT or PS: no domain without devices may choose the kind of memory, none has large pages. */
  private static final long REFUSED = 0x98;

  /** Bits that make an entry another one: the rest may change without a check. */
  private static final long ESSENTIAL = FRAME_MASK | REFUSED | WRITABLE | PRESENT;

  private static final long INVALID_FRAME = FRAME_MASK >>> 12;
  private static final int ENTRIES = 512;
  private static final int FIRST_HYPERVISOR_SLOT = 256;
  private static final int LAST_HYPERVISOR_SLOT = 271;

  private final PhysicalMemory memory;
  private final MachineFrames frames;
  private final FrameTypes types;
  private final Assists assists;

  TableEntries(PhysicalMemory memory, MachineFrames frames, FrameTypes types, Assists assists) {
    this.memory = memory;
    this.frames = frames;
    this.types = types;
    this.assists = assists;
  }

  private static long frame(long entry) {
    return (entry & FRAME_MASK) >>> 12;
  }

  private static boolean present(long entry) {
    return (entry & PRESENT) != 0;
  }

  private static boolean hypervisors(int level, int slot) {
    return level == FrameTypes.L4 && slot >= FIRST_HYPERVISOR_SLOT && slot <= LAST_HYPERVISOR_SLOT;
  }

  /** What the hypervisor makes of an entry of a level that it has taken. */
  private static long adjusted(int level, long entry) {
    if (!present(entry)) {
      return entry;
    }
    if (level > 1) {
      return entry | USER;
    }
    long marked = (entry & USER) != 0 ? entry : entry | USER | GUEST_KERNEL;
    return (marked & GUEST_KERNEL) != 0 ? marked : marked | GLOBAL;
  }

  /** Begins the use that an entry is. */
  private long begin(int level, long entry, long table) {
    if (level > 1) {
      return beginTable(level, entry, table);
    }
    if ((entry & REFUSED) != 0) {
      return -Errno.EINVAL;
    }
    long frame = frame(entry);
    if (!frames.exists(frame)) {
      // What is no memory may be a device's, to which this domain has no right.
      return frame == INVALID_FRAME ? -Errno.EINVAL : -Errno.EPERM;
    }
    if (!types.owned(frame)) {
      return -Errno.EBUSY;
    }
    if ((entry & WRITABLE) == 0) {
      types.beginReading(frame);
      return 0;
    }
    return types.begin(frame, FrameTypes.WRITABLE) == 0 ? 0 : -Errno.EBUSY;
  }

  private long beginTable(int level, long entry, long table) {
    if ((entry & (REFUSED | GLOBAL)) != 0) {
      return -Errno.EINVAL;
    }
    long frame = frame(entry);
    long result = types.begin(frame, level - 1);
    if (result != -Errno.EINVAL || (entry & WRITABLE) != 0) {
      return result;
    }
    // A table may map itself, and others of its level, if it maps them read-only.
    return frame == table || types.beginLinear(frame, level, table) ? 0 : result;
  }

  /** Ends the use that an entry is. */
  private void end(int level, long entry, long table) {
    if (!present(entry)) {
      return;
    }
    long frame = frame(entry);
    if (level == 1) {
      if ((entry & WRITABLE) != 0) {
        types.end(frame);
      } else {
        types.endReading(frame);
      }
    } else if (frame != table) {
      if (types.type(frame) == level) {
        types.endLinear(frame, table);
      } else {
        types.end(frame);
      }
    }
  }

  @Override
  public long promote(long table, int type) {
    if (type == FrameTypes.DESCRIPTORS) {
      return SegmentDescriptors.adoptPage(memory, table << 12);
    }
    for (int slot = 0; slot < ENTRIES; slot++) {
      long address = (table << 12) + 8L * slot;
      long entry = memory.get64(address);
      if (!present(entry) || hypervisors(type, slot)) {
        continue;
      }
      long result = begin(type, entry, table);
      if (result != 0) {
        demote(table, type, slot);
        return result;
      }
      long adjusted = adjusted(type, entry);
      if (adjusted != entry) {
        memory.busWrite(address, 8, adjusted);
      }
    }
    if (type == FrameTypes.L4) {
      frames.install(table << 12, assists.strictMachineToPhysical());
    }
    return 0;
  }

  @Override
  public void demote(long table, int type) {
    demote(table, type, ENTRIES);
  }

  private void demote(long table, int type, int slots) {
    for (int slot = 0; slot < slots; slot++) {
      if (!hypervisors(type, slot)) {
        end(type, memory.get64((table << 12) + 8L * slot), table);
      }
    }
  }

  /** Replaces an entry of a table that is in use. */
  long replace(long address, long value, boolean keepAccessedDirty) {
    long table = address >>> 12;
    int level = types.type(table);
    if (hypervisors(level, (int) (address >>> 3) & ENTRIES - 1)) {
      return -Errno.EINVAL;
    }
    long old = memory.get64(address);
    long result = check(level, old, value, table);
    if (result != 0) {
      return result;
    }
    long kept = keepAccessedDirty ? old & ACCESSED_DIRTY : 0;
    memory.busWrite(address, 8, adjusted(level, value) | kept);
    exchanged(level, old, value, table);
    return 0;
  }

  /** Begins the use that a new entry is, unless the old one is the same use. */
  private long check(int level, long old, long value, long table) {
    if (!present(value)) {
      return 0;
    }
    if (((old ^ value) & ESSENTIAL) == 0) {
      boolean refused = (value & (level > 1 ? REFUSED | GLOBAL : REFUSED)) != 0;
      return refused ? -Errno.EINVAL : 0;
    }
    return begin(level, value, table);
  }

  /** Ends the use that the old entry was, unless the new one is the same use. */
  private void exchanged(int level, long old, long value, long table) {
    if (!present(value) || ((old ^ value) & ESSENTIAL) != 0) {
      end(level, old, table);
    }
  }

  /**
   * Takes over an entry of an L1 table that an instruction has stored already.
   *
   * @return false if it is refused; the old one is back then
   */
  boolean stored(long address, long old, long value) {
    long table = address >>> 12;
    if (check(1, old, value, table) != 0) {
      memory.busWrite(address, 8, old);
      return false;
    }
    memory.busWrite(address, 8, adjusted(1, value));
    exchanged(1, old, value, table);
    return true;
  }
}
