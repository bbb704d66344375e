package org.paravane.core.cpu;

/**
 * Where the pages lie that instructions were fetched from since the translations last changed, none forgotten before then:
 * how often the page tables are walked for code must not depend on what the interpreter happens to remember of its blocks.
 */
final class FetchedPages {
  private static final int INITIAL_ENTRIES = 1024;
  private static final int FIELDS = 3;
  private static final long PAGE_MASK = ~0xfffL;

  /** Set in every key, so that no key is 0. */
  private static final long PRESENT = 2;

  /** An open hash table: key (page, privilege), what to add to a linear address for an offset into RAM, epoch. */
  private long[] entries = new long[INITIAL_ENTRIES * FIELDS];

  private int mask = INITIAL_ENTRIES - 1;
  private int used;

  /** Index of the entry of a page that was fetched in one of the two epochs, or -1. */
  int find(long linear, boolean user, long localEpoch, long globalEpoch) {
    long key = key(linear, user);
    for (int i = slot(key); entries[i] != 0; i = after(i)) {
      if (entries[i] == key) {
        long epoch = entries[i + 2];
        return epoch == localEpoch || epoch == globalEpoch ? i : -1;
      }
    }
    return -1;
  }

  /** Offset into RAM of a linear address in the page of that entry. */
  long ramOffset(int entry, long linear) {
    return linear + entries[entry + 1];
  }

  /** The epoch in which the page of that entry was fetched. */
  long epoch(int entry) {
    return entries[entry + 2];
  }

  /** Notes a page, in {@code epoch}, which is one of the two. */
  void add(
      long linear, boolean user, long ramOffset, long epoch, long localEpoch, long globalEpoch) {
    long key = key(linear, user);
    int i = slot(key);
    while (entries[i] != 0 && entries[i] != key) {
      i = after(i);
    }
    if (entries[i] == 0) {
      if (2 * FIELDS * ++used > entries.length) {
        sweep(localEpoch, globalEpoch);
        add(linear, user, ramOffset, epoch, localEpoch, globalEpoch);
        return;
      }
      entries[i] = key;
    }
    entries[i + 1] = ramOffset - linear;
    entries[i + 2] = epoch;
  }

  /** Tells whether a page was fetched, at any privilege. */
  boolean contains(long linear, long localEpoch, long globalEpoch) {
    return find(linear, false, localEpoch, globalEpoch) >= 0
        || find(linear, true, localEpoch, globalEpoch) >= 0;
  }

  /** Forgets the pages of other epochs, and makes room. */
  private void sweep(long localEpoch, long globalEpoch) {
    long[] old = entries;
    int kept = 0;
    for (int i = 0; i < old.length; i += FIELDS) {
      if (old[i] != 0 && (old[i + 2] == localEpoch || old[i + 2] == globalEpoch)) {
        kept++;
      }
    }
    int size = INITIAL_ENTRIES;
    while (size < 4 * kept) {
      size *= 2;
    }
    entries = new long[size * FIELDS];
    mask = size - 1;
    used = kept;
    for (int i = 0; i < old.length; i += FIELDS) {
      if (old[i] != 0 && (old[i + 2] == localEpoch || old[i + 2] == globalEpoch)) {
        int to = slot(old[i]);
        while (entries[to] != 0) {
          to = after(to);
        }
        System.arraycopy(old, i, entries, to, FIELDS);
      }
    }
  }

  private static long key(long linear, boolean user) {
    return linear & PAGE_MASK | PRESENT | (user ? 1 : 0);
  }

  private int slot(long key) {
    long hash = (key ^ key >>> 12) * 0x9e3779b97f4a7c15L;
    return ((int) (hash >>> 40) & mask) * FIELDS;
  }

  private int after(int i) {
    return i + FIELDS == entries.length ? 0 : i + FIELDS;
  }
}
