package org.paravane.core.cpu;

/** The task-state segment of the current task: stacks of inner levels and the I/O permission bitmap (SDM Vol. 3A 7). */
public final class TaskState {
  private static final int RSP0 = 4;
  private static final int IST1 = 0x24;
  private static final int IO_MAP_BASE = 0x66;

  private final Cpu cpu;
  private final Segments segments;

  TaskState(Cpu cpu) {
    this.cpu = cpu;
    segments = cpu.segments;
  }

  private long limit() {
    return segments.limit[Segments.TR] & 0xffff_ffffL;
  }

  private void requireWithin(int lastOffset) {
    if (lastOffset > limit()) {
      throw cpu.fault(GuestFault.TS, segments.selector[Segments.TR] & 0xfffc);
    }
  }

  private long read(int offset, int bits) {
    return cpu.memory.systemRead(segments.base[Segments.TR] + offset, bits);
  }

  /** RSP0 to RSP2 of a 64-bit TSS. */
  long rsp(int level) {
    return stack64(RSP0 + 8 * level);
  }

  /** IST1 to IST7. */
  long interruptStack(int index) {
    return stack64(IST1 + 8 * (index - 1));
  }

  private long stack64(int offset) {
    requireWithin(offset + 7);
    return read(offset, 64);
  }

  /**
   * Finds the stack of an inner level in a 16-bit or 32-bit TSS.
   *
   * @throws GuestFault #TS, or #SS if it is not present
   */
  void innerStack(int level, Descriptor stack, FrameStack frame) {
    long pointer;
    int selector;
    if ((segments.rights[Segments.TR] & 8) != 0) {
      int offset = 4 + 8 * level;
      requireWithin(offset + 5);
      pointer = read(offset, 32);
      selector = (int) read(offset + 4, 16);
    } else {
      int offset = 2 + 4 * level;
      requireWithin(offset + 3);
      pointer = read(offset, 16);
      selector = (int) read(offset + 2, 16);
    }
    if ((selector & 0xfffc) == 0) {
      throw cpu.fault(GuestFault.TS, 0);
    }
    if (!stack.find(selector)
        || stack.rpl() != level
        || stack.dpl() != level
        || !stack.writable()) {
      throw stack.fault(GuestFault.TS);
    }
    if (!stack.present()) {
      throw stack.fault(GuestFault.SS);
    }
    stack.markAccessed();
    frame.segment(stack, pointer, level);
  }

  /** Tells whether the I/O permission bitmap allows an access (SDM Vol. 1 19.5.2). */
  public boolean portAllowed(int port, int sizeBytes) {
    int type =
        segments.rights[Segments.TR]
            & (Segments.RIGHT_TYPE & ~Descriptor.TYPE_BUSY | Segments.RIGHT_UNUSABLE);
    if (type != Descriptor.TYPE_TSS || limit() < IO_MAP_BASE + 1) {
      return false;
    }
    long offset = read(IO_MAP_BASE, 16) + (port >> 3);
    if (offset + 1 > limit()) {
      return false;
    }
    int bits = (int) read((int) offset, 16) >> (port & 7);
    return (bits & (1 << sizeBytes) - 1) == 0;
  }

  /** Tells whether the software interrupt redirection bitmap sends INT n to the program's own handler (CR4.VME). */
  boolean redirectsToProgram(int vector) {
    requireWithin(IO_MAP_BASE + 1);
    long offset = read(IO_MAP_BASE, 16) - 32 + (vector >> 3);
    if (offset < 0 || offset > limit()) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return (read((int) offset, 8) >> (vector & 7) & 1) == 0;
  }
}
