package org.paravane.core.cpu;

import java.util.Arrays;
import org.paravane.core.OutOfLine;
import org.paravane.core.OutOfLine.Registers;

/**
 * What a table of {@link LinearMemory}'s TLB looks like: direct-mapped, four longs an entry. Three are tags, for reads, for
 * writes and for fetches: the linear address of the page that may be accessed like this, or {@link #INVALID}. The fourth is
 * what to add to a linear address in the page to get an offset into RAM.
 *
 * <p>The methods are small enough for the JIT compiler to put them into their callers, whatever else is in those.
 */
public final class Tlb {
  /** Entries of a table; a power of two. */
  public static final int ENTRIES = 4096;

  /** Binary logarithm of a page's size in bytes. */
  public static final int PAGE_SHIFT = 12;

  /** Binary logarithm of an entry's size in bytes. */
  public static final int ENTRY_SHIFT = 5;

  /** Place of the tag for writes in an entry. */
  public static final int WRITE_TAG = 1;

  /** Place in an entry of what is to be added. */
  public static final int ADDEND = 3;

  static final long PAGE_MASK = ~0xfffL;

  /** A tag that no page has. */
  static final long INVALID = 1;

  static final int FETCH_TAG = 2;

  private static final int INDEX_MASK = ENTRIES - 1 << 2;

  private Tlb() {}

  /** An empty table. */
  static long[] create() {
    long[] table = new long[ENTRIES * 4];
    invalidate(table);
    return table;
  }

  /** Where in a table the entry of an address begins. */
  static int index(long linear) {
    return (int) (linear >>> 10) & INDEX_MASK;
  }

  /**
   * Tells whether bytes may be read without a page walk.
   *
   * @param more how many bytes follow the one at {@code linear}; in the next page they are not readable
   */
  @OutOfLine(Registers.PURE)
  public static boolean readable(long[] table, long linear, int more) {
    return table[index(linear)] == (linear + more & PAGE_MASK);
  }

  /** Tells whether bytes may be written without a page walk; parameters as those of {@link #readable}. */
  @OutOfLine(Registers.PURE)
  public static boolean writable(long[] table, long linear, int more) {
    return table[index(linear) + WRITE_TAG] == (linear + more & PAGE_MASK);
  }

  /** Tells whether an instruction may be fetched from there without a page walk. */
  static boolean executable(long[] table, long linear) {
    return table[index(linear) + FETCH_TAG] == (linear & PAGE_MASK);
  }

  /** The offset into RAM of an address that has a valid entry. */
  @OutOfLine(Registers.PURE)
  public static long offset(long[] table, long linear) {
    return linear + table[index(linear) + ADDEND];
  }

  /** Empties a table. */
  static void invalidate(long[] table) {
    Arrays.fill(table, INVALID);
  }

  /** Empties an entry, given where it begins. */
  static void invalidate(long[] table, int index) {
    Arrays.fill(table, index, index + ADDEND, INVALID);
  }

  /** Takes the write tags from every entry of a page of RAM. */
  static void writeProtect(long[] table, long ramPage) {
    for (int i = 0; i < table.length; i += 4) {
      if (table[i + WRITE_TAG] != INVALID && table[i + WRITE_TAG] + table[i + ADDEND] == ramPage) {
        table[i + WRITE_TAG] = INVALID;
      }
    }
  }
}
