package org.paravane.boot.entry;

import org.paravane.core.memory.GuestMemory;

/**
 * Page tables that map the lowest 4 GiB to themselves with 2 MiB pages: one PML4, one PDPT, four page directories.
 *
 * @sdm Vol. 3A 5.5
 */
public final class IdentityPageTables {
  /** Size in bytes; the address must be a multiple of 4096. */
  public static final int BYTES = 6 * 4096;

  private static final int TABLE_BYTES = 4096;
  private static final int DIRECTORIES = 4;
  private static final int ENTRIES = 512;
  private static final int PRESENT_WRITABLE = 0x3;
  private static final int LARGE_PAGE = 0x80;

  private IdentityPageTables() {}

  /** Writes the tables; gives the value for CR3. */
  public static long write(GuestMemory memory, long address) {
    memory.zero(address, BYTES);
    long directoryPointers = address + TABLE_BYTES;
    long firstDirectory = directoryPointers + TABLE_BYTES;
    memory.put64(address, directoryPointers | PRESENT_WRITABLE);
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      long table = firstDirectory + (long) directory * TABLE_BYTES;
      memory.put64(directoryPointers + 8L * directory, table | PRESENT_WRITABLE);
      for (int entry = 0; entry < ENTRIES; entry++) {
        long page = ((long) directory * ENTRIES + entry) << 21;
        memory.put64(table + 8L * entry, page | LARGE_PAGE | PRESENT_WRITABLE);
      }
    }
    return address;
  }
}
