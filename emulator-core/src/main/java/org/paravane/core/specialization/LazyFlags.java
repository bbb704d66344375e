package org.paravane.core.specialization;

import org.paravane.core.cpu.Cpu;

/**
 * Status flags of an addition or subtraction that nobody has asked for yet: its operands, and what it was. The next one takes
 * their place in most cases, and a branch behind a comparison looks at the operands.
 */
public final class LazyFlags {
  /** No operation: the flags are what they are. */
  static final int NONE = -1;

  /** Added to the shift of an addition (64 minus the width of the operands); a subtraction is its shift alone. */
  static final int ADDITION = 64;

  /** All operations, with {@link #NONE}. */
  public static final int[] OPERATIONS = {
    NONE, 0, 32, 48, 56, ADDITION, ADDITION + 32, ADDITION + 48, ADDITION + 56
  };

  private LazyFlags() {}

  /** {@link Cpu#flagResult} behind the operation. */
  public static long result(int operation, long a, long b) {
    int shift = operation & 63;
    long result = operation < ADDITION ? a - b : a + b;
    return result << shift >> shift;
  }

  /** {@link Cpu#flagCarries} behind the operation. */
  public static long carries(int operation, long a, long b) {
    int shift = operation & 63;
    return operation < ADDITION
        ? Cpu.carriesOfSubtract(a, b, a - b, shift)
        : Cpu.carriesOfAdd(a, b, a + b, shift);
  }
}
