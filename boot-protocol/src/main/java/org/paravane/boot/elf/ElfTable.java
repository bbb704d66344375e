package org.paravane.boot.elf;

import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * A table of program or section headers, known to lie in the file.
 *
 * @param offset byte offset of the first entry
 * @param entryBytes size of one entry
 * @param count number of entries
 */
record ElfTable(long offset, int entryBytes, int count) {
  /** Byte offset of an entry. */
  long at(int index) {
    return offset + (long) index * entryBytes;
  }

  static ElfTable programHeaders(ImageBytes bytes, boolean wide) {
    long offset =
        wide ? bytes.u64(32, "program header offset") : bytes.u32(28, "program header offset");
    int entryBytes = bytes.u16(wide ? 54 : 42, "program header size");
    int count = bytes.u16(wide ? 56 : 44, "program header count");
    return checked(
        bytes, "program header", new ElfTable(offset, entryBytes, count), wide ? 56 : 32);
  }

  static ElfTable sectionHeaders(ImageBytes bytes, boolean wide) {
    long offset =
        wide ? bytes.u64(40, "section header offset") : bytes.u32(32, "section header offset");
    int entryBytes = bytes.u16(wide ? 58 : 46, "section header size");
    int count = bytes.u16(wide ? 60 : 48, "section header count");
    return checked(
        bytes, "section header", new ElfTable(offset, entryBytes, count), wide ? 64 : 40);
  }

  private static ElfTable checked(
      ImageBytes bytes, String what, ElfTable table, int leastEntryBytes) {
    if (table.count == 0) {
      return table;
    }
    if (table.entryBytes < leastEntryBytes) {
      throw bytes.fault(
          ImageError.IMAGE_MALFORMED,
          0,
          "%s entries are %d bytes, fewer than the %d that ELF requires",
          what,
          table.entryBytes,
          leastEntryBytes);
    }
    bytes.slice(table.offset, (long) table.entryBytes * table.count, what + " table");
    return table;
  }
}
