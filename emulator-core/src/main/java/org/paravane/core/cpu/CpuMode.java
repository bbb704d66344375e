package org.paravane.core.cpu;

/** The execution mode as far as decode depends on it, packed into an int. */
public final class CpuMode {
  /** Mask of the default operand size: one of the three that follow. */
  public static final int CODE_SIZE = 3;

  public static final int CODE16 = 0;
  public static final int CODE32 = 1;
  public static final int CODE64 = 2;

  /** The stack pointer is ESP (or RSP), not SP. */
  public static final int STACK32 = 1 << 2;

  /**
   * CS, DS, ES and SS are present flat 4 GiB segments, CS readable and the others writable, so that accesses through
   * them need no check. Always set in 64-bit mode.
   */
  public static final int FLAT = 1 << 3;

  /** CPL is 3. A block is verified to be executable at one privilege only. */
  public static final int USER = 1 << 4;

  /** The block holds one instruction only. */
  public static final int SINGLE = 1 << 5;

  /** CS ends below 4 GiB: whether a block lies within it is looked at each time it is entered. Never in 64-bit mode. */
  public static final int LIMITED = 1 << 6;

  private CpuMode() {}

  /** Tells whether the mode is 64-bit mode. */
  public static boolean is64(int mode) {
    return (mode & CODE_SIZE) == CODE64;
  }

  static int of(Cpu cpu) {
    int user = cpu.cpl == 3 ? USER : 0;
    Segments segments = cpu.segments;
    if (cpu.control.longModeActive() && segments.longCode()) {
      return CODE64 | STACK32 | FLAT | user;
    }
    return (segments.code32() ? CODE32 : CODE16)
        | (segments.stack32() ? STACK32 : 0)
        | (segments.flat() ? FLAT : 0)
        | (segments.limit[Segments.CS] != -1 ? LIMITED : 0)
        | user;
  }
}
