package org.paravane.platform.xen;

import java.util.ArrayList;
import java.util.List;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/**
 * The memory map that a domain is told, which it may replace: XENMEM_memory_map and XENMEM_set_memory_map.
 *
 * @abi xen/include/public/memory.h
 */
public final class GuestMemoryMap {
  private static final int ENTRY_BYTES = 20;
  private static final int MOST_ENTRIES = 1024;

  private List<Entry> entries;

  /**
   * An entry as guests see it.
   *
   * @param start address of the first byte
   * @param length bytes
   * @param type 1 for RAM, 2 for reserved, and so on as in E820
   */
  public record Entry(long start, long length, int type) {}

  /** Starts with these entries. */
  public GuestMemoryMap(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** Answers XENMEM_memory_map: {u32 nr_entries, buffer}. */
  public long tell(GuestSpace guest, long at) {
    int room = guest.read32(at);
    long buffer = guest.readWord(at + guest.wordBytes());
    int count = room < 0 ? entries.size() : Math.min(room, entries.size());
    for (int i = 0; i < count; i++) {
      long entry = buffer + (long) i * ENTRY_BYTES;
      guest.write64(entry, entries.get(i).start());
      guest.write64(entry + 8, entries.get(i).length());
      guest.write32(entry + 16, entries.get(i).type());
    }
    guest.write32(at, count);
    return 0;
  }

  /** Answers XENMEM_set_memory_map: {u16 domid, u32 nr_entries, buffer}. */
  public long replace(GuestSpace guest, long at) {
    int word = guest.wordBytes();
    int count = guest.read32(at + word);
    long buffer = guest.readWord(at + 2L * word);
    if (count < 0 || count > MOST_ENTRIES) {
      return -Errno.EINVAL;
    }
    if (!Domid.isSelf(guest.read16(at))) {
      return -Errno.ESRCH;
    }
    List<Entry> next = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long entry = buffer + (long) i * ENTRY_BYTES;
      next.add(new Entry(guest.read64(entry), guest.read64(entry + 8), guest.read32(entry + 16)));
    }
    entries = next;
    return 0;
  }
}
