package org.paravane.core.cpu;

/** Which entries of a TLB were filled, so that a flush need not go through all of it; given up when there are many. */
final class FilledEntries {
  private static final int CAPACITY = 2048;

  private final int[] entries = new int[CAPACITY];
  private int count;

  /** Notes an entry. */
  void add(int entry) {
    if (count < CAPACITY) {
      entries[count] = entry;
    }
    count = Math.min(count, CAPACITY) + 1;
  }

  /** Tells whether all of the entries are known. */
  boolean isComplete() {
    return count <= CAPACITY;
  }

  /** How many entries are known. */
  int count() {
    return count;
  }

  /** One of the known entries. */
  int entry(int index) {
    return entries[index];
  }

  /** Forgets all. */
  void clear() {
    count = 0;
  }
}
