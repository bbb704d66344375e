package org.paravane.core.conformance;

/**
 * The linear addresses of a conformance case, the same in the emulator and on the host. They are so low that a
 * displacement of 32 bits reaches them, and lower than anything that a JVM or a program it is part of maps.
 */
final class GuestLayout {
  /** Two pages of code, filled with INT3 but for the instruction and what leaves it. */
  static final int CODE = 0x20_0000;

  static final int CODE_BYTES = 0x2000;

  /** Two pages of data. */
  static final int DATA = 0x21_0000;

  static final int DATA_BYTES = 0x2000;

  /** One page of stack. */
  static final int STACK = 0x22_0000;

  static final int STACK_BYTES = 0x1000;

  /** Data and stack together: the memory of a {@link ProcessorState}. */
  static final int MEMORY_BYTES = DATA_BYTES + STACK_BYTES;

  /** Where the host's own code lies; the emulator has nothing there. */
  static final int HOST_CODE = 0x23_0000;

  /** Where the states are exchanged with the host's own code. */
  static final int HOST_STATE = 0x23_1000;

  /**
   * The stack of the host's signal handler, far from all that a case computes: the kernel takes an RSP that leads there
   * for that of a handler, and then kills a process whose frame does not fit below it.
   */
  static final long SIGNAL_STACK = 0x2b3d_91a6_0000L;

  static final int SIGNAL_STACK_BYTES = 0x1_0000;

  /** From {@link #CODE} to behind {@link #HOST_STATE}. */
  static final int TOTAL_BYTES = 0x4_0000;

  private GuestLayout() {}

  /** Index in a {@link ProcessorState}'s memory of an address in {@link #DATA} or {@link #STACK}; -1 if elsewhere. */
  static int index(long address) {
    if (address >= DATA && address < DATA + DATA_BYTES) {
      return (int) (address - DATA);
    }
    if (address >= STACK && address < STACK + STACK_BYTES) {
      return (int) (address - STACK) + DATA_BYTES;
    }
    return -1;
  }

  /** The address of a byte of a {@link ProcessorState}'s memory. */
  static int address(int index) {
    return index < DATA_BYTES ? DATA + index : STACK + index - DATA_BYTES;
  }
}
