package org.paravane.core.cpu;

/** DR0 to DR7 and the breakpoints that they set (SDM Vol. 3B 17.2). */
public final class DebugRegisters {
  /** DR6: breakpoint condition flags 0 to 3, and the causes of a debug exception. */
  public static final long DR6_BD = 1 << 13;

  public static final long DR6_BS = 1 << 14;
  public static final long DR6_BT = 1 << 15;
  public static final long DR6_FIXED = 0xffff_0ff0L;

  private static final long DR7_GD = 1 << 13;
  private static final long DR7_FIXED = 1 << 10;
  private static final int READ_WRITE_EXECUTE = 0;
  private static final int READ_WRITE_IO = 2;
  private static final int READ_WRITE_DATA = 3;

  private final Cpu cpu;
  private final long[] address = new long[4];
  private long dr6;
  private long dr7;
  private boolean dataBreakpoints;
  private boolean codeBreakpoints;
  private long triggered;
  private boolean stepping;
  private DataWatch watch = DataWatch.NONE;

  DebugRegisters(Cpu cpu) {
    this.cpu = cpu;
  }

  void reset() {
    java.util.Arrays.fill(address, 0);
    dr6 = DR6_FIXED;
    dr7 = DR7_FIXED;
    triggered = 0;
    stepping = false;
    derive();
  }

  private void derive() {
    dataBreakpoints = false;
    codeBreakpoints = false;
    for (int n = 0; n < 4; n++) {
      if (enabled(n)) {
        codeBreakpoints |= condition(n) == READ_WRITE_EXECUTE;
        dataBreakpoints |= (condition(n) & 1) != 0;
      }
    }
  }

  private boolean enabled(int n) {
    return (dr7 >> 2 * n & 3) != 0;
  }

  private int condition(int n) {
    return (int) (dr7 >> 16 + 4 * n) & 3;
  }

  private int lengthBytes(int n) {
    return switch ((int) (dr7 >> 18 + 4 * n) & 3) {
      case 0 -> 1;
      case 1 -> 2;
      case 2 -> 8;
      default -> 4;
    };
  }

  /** DR0 to DR3. */
  public long address(int n) {
    return address[n];
  }

  /** Sets DR0 to DR3. */
  public void address(int n, long value) {
    address[n] = value;
    changed();
  }

  public long dr6() {
    return dr6;
  }

  /** Sets DR6; fixed bits stay. */
  public void dr6(long value) {
    dr6 = value & 0xe00fL | DR6_FIXED;
  }

  public long dr7() {
    return dr7;
  }

  /** Sets DR7; fixed bits stay. */
  public void dr7(long value) {
    dr7 = value & 0xffff_23ffL | DR7_FIXED;
    changed();
  }

  private void changed() {
    derive();
    cpu.memory.flushAll();
    cpu.attention();
  }

  /** DR7.GD: accesses to debug registers raise #DB. */
  public boolean generalDetect() {
    return (dr7 & DR7_GD) != 0;
  }

  /** Clears DR7.GD, as the delivery of a debug exception does. */
  public void clearGeneralDetect() {
    dr7 &= ~DR7_GD;
  }

  /** Tells whether any instruction breakpoint is enabled. */
  public boolean codeBreakpoints() {
    return codeBreakpoints;
  }

  /** DR6 condition bits of the instruction breakpoints at a linear address; 0 for none. */
  public long codeBreakpointAt(long linear) {
    long hit = 0;
    for (int n = 0; n < 4; n++) {
      if (enabled(n) && condition(n) == READ_WRITE_EXECUTE && address[n] == linear) {
        hit |= 1L << n;
      }
    }
    return hit;
  }

  /** Tells whether a data breakpoint lies in the page that starts at {@code page} or may reach into it. */
  boolean watches(long page) {
    if (!dataBreakpoints) {
      return watch.watches(page);
    }
    for (int n = 0; n < 4; n++) {
      if (enabled(n) && (condition(n) & 1) != 0 && (address[n] & ~0xfffL) == page) {
        return true;
      }
    }
    return watch.watches(page);
  }

  /** Names who wants to know of accesses besides the guest. */
  public void watch(DataWatch value) {
    watch = value;
  }

  /** Who wants to know of accesses besides the guest. */
  DataWatch watch() {
    return watch;
  }

  /** DR6 condition bits of the data breakpoints that an access meets; 0 for none. */
  long dataBreakpointAt(long linear, int sizeBytes, boolean write) {
    long hit = 0;
    for (int n = 0; n < 4 && dataBreakpoints; n++) {
      int condition = condition(n);
      int length = lengthBytes(n);
      long start = address[n] & -length;
      if (enabled(n)
          && (condition == READ_WRITE_DATA || condition == 1 && write)
          && linear < start + length
          && start < linear + sizeBytes) {
        hit |= 1L << n;
      }
    }
    return hit;
  }

  /** Notes an access to an I/O port, for I/O breakpoints (CR4.DE). */
  public void checkPort(int port, int sizeBytes) {
    if ((cpu.control.cr4() & ControlRegisters.CR4_DE) == 0) {
      return;
    }
    for (int n = 0; n < 4; n++) {
      if (enabled(n)
          && condition(n) == READ_WRITE_IO
          && port < address[n] + lengthBytes(n)
          && address[n] < port + sizeBytes) {
        trigger(1L << n);
      }
    }
  }

  /** Notes a cause (DR6 bits) of a trap-class debug exception that is due after the current instruction. */
  public void trigger(long causes) {
    triggered |= causes;
    cpu.attention();
  }

  /** An instruction begins; a single-step trap follows it if TF is set now. */
  public void beginStep(boolean trapFlag) {
    stepping = trapFlag;
  }

  /** Says that no single-step trap follows this instruction: INT n, MOV SS, SYSCALL that clears TF. */
  public void cancelStep() {
    stepping = false;
  }

  /** The instruction that began was executed. */
  public void endStep() {
    if (stepping) {
      trigger(DR6_BS);
    }
    stepping = false;
  }

  /** Takes the causes of the debug trap that is due: DR6 bits, 0 for none. */
  public long takeTriggered() {
    long causes = triggered;
    triggered = 0;
    return causes;
  }

  /** Tells whether a debug trap is due. */
  public boolean triggered() {
    return triggered != 0;
  }
}
