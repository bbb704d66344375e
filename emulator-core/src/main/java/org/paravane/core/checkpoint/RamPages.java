package org.paravane.core.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The contents of a machine's RAM at a moment. Pages that are the same at two moments are kept once. */
final class RamPages {
  private static final int PAGE_BYTES = 0x1000;
  private static final byte[] ZERO = new byte[PAGE_BYTES];

  private final byte[][] pages;
  private long ownBytes;

  private RamPages(int count) {
    pages = new byte[count][];
  }

  /** Copies what differs from an earlier moment's contents, or from zero for null. */
  static RamPages take(MemorySegment ram, RamPages earlier) {
    RamPages taken = new RamPages((int) (ram.byteSize() / PAGE_BYTES));
    for (int i = 0; i < taken.pages.length; i++) {
      byte[] before = earlier == null ? ZERO : earlier.pages[i];
      if (same(ram, i, before)) {
        taken.pages[i] = before;
      } else {
        byte[] copy = new byte[PAGE_BYTES];
        MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, offset(i), copy, 0, PAGE_BYTES);
        taken.pages[i] = copy;
        taken.ownBytes += PAGE_BYTES;
      }
    }
    return taken;
  }

  /** Makes RAM what it was. */
  void restore(MemorySegment ram) {
    for (int i = 0; i < pages.length; i++) {
      if (!same(ram, i, pages[i])) {
        MemorySegment.copy(pages[i], 0, ram, ValueLayout.JAVA_BYTE, offset(i), PAGE_BYTES);
      }
    }
  }

  /** Bytes that this moment needs beyond the earlier one. */
  long ownBytes() {
    return ownBytes;
  }

  private static boolean same(MemorySegment ram, int page, byte[] contents) {
    long from = offset(page);
    return MemorySegment.mismatch(
            ram, from, from + PAGE_BYTES, MemorySegment.ofArray(contents), 0, PAGE_BYTES)
        < 0;
  }

  private static long offset(int page) {
    return (long) page * PAGE_BYTES;
  }
}
