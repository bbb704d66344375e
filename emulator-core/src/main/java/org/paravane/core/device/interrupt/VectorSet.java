package org.paravane.core.device.interrupt;

/** 256 bits, one a vector: IRR, ISR or TMR of a local APIC. */
final class VectorSet {
  private final long[] words = new long[4];

  boolean contains(int vector) {
    return (words[vector >> 6] >>> vector & 1) != 0;
  }

  void add(int vector) {
    words[vector >> 6] |= 1L << vector;
  }

  void remove(int vector) {
    words[vector >> 6] &= ~(1L << vector);
  }

  void set(int vector, boolean member) {
    if (member) {
      add(vector);
    } else {
      remove(vector);
    }
  }

  /** The highest vector in the set, or -1. */
  int highest() {
    for (int i = 3; i >= 0; i--) {
      if (words[i] != 0) {
        return 64 * i + 63 - Long.numberOfLeadingZeros(words[i]);
      }
    }
    return -1;
  }

  /** The bits of 32 vectors, {@code index} 0 to 7, as a local APIC's register shows them. */
  int register(int index) {
    return (int) (words[index >> 1] >>> 32 * (index & 1));
  }

  void clear() {
    for (int i = 0; i < 4; i++) {
      words[i] = 0;
    }
  }
}
