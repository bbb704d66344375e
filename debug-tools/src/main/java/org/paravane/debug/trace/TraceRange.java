package org.paravane.debug.trace;

/**
 * Linear addresses or counts of instructions, unsigned.
 *
 * @param first the lowest
 * @param last the highest
 */
public record TraceRange(long first, long last) {
  /** Checks the order. */
  public TraceRange {
    if (Long.compareUnsigned(first, last) > 0) {
      throw new IllegalArgumentException("a range begins with its lower end");
    }
  }

  /** Tells whether the range holds the value. */
  public boolean contains(long value) {
    return overlaps(value, value);
  }

  /** Tells whether the range and the values from {@code from} to {@code to} have one in common. */
  public boolean overlaps(long from, long to) {
    return Long.compareUnsigned(from, last) <= 0 && Long.compareUnsigned(first, to) <= 0;
  }
}
