package org.paravane.core.cpu;

/**
 * A stack on which the frame of an event or far call is pushed before the switch to it is final: nothing but memory
 * changes until {@link #commit}.
 */
final class FrameStack {
  private final Cpu cpu;
  private long base;
  private long limit;
  private int rights;
  private long mask;
  private long pointer;
  private int privilege;
  private int errorCode;

  FrameStack(Cpu cpu) {
    this.cpu = cpu;
  }

  /** The stack in use. */
  void current() {
    mask = cpu.stack.mask();
    base = cpu.segments.base[Segments.SS];
    limit = cpu.segments.limit[Segments.SS] & 0xffff_ffffL;
    rights = cpu.segments.rights[Segments.SS];
    pointer = cpu.gpr[Cpu.RSP];
    privilege = cpu.cpl;
    errorCode = 0;
  }

  /** A stack in a segment. */
  void segment(Descriptor segment, long newPointer, int newPrivilege) {
    mask = segment.big() ? 0xffff_ffffL : 0xffff;
    base = segment.base();
    limit = segment.limit() & 0xffff_ffffL;
    rights = segment.rights();
    pointer = newPointer;
    privilege = newPrivilege;
    errorCode = segment.errorCode();
  }

  /** A stack of 64-bit mode. */
  void flat(long newPointer, int newPrivilege) {
    mask = -1L;
    pointer = newPointer;
    privilege = newPrivilege;
    errorCode = 0;
  }

  /**
   * Pushes 16, 32 or 64 bits.
   *
   * @throws GuestFault #SS or #PF
   */
  void push(int bits, long value) {
    int bytes = bits >> 3;
    long next = pointer - bytes & mask;
    long linear;
    if (mask == -1L) {
      linear = next;
      if (next << 16 >> 16 != next) {
        throw cpu.fault(GuestFault.SS, errorCode);
      }
    } else {
      if (!Segments.inside(limit, rights, next, bytes)) {
        throw cpu.fault(GuestFault.SS, errorCode);
      }
      linear = base + next & 0xffff_ffffL;
    }
    if (privilege == cpu.cpl) {
      cpu.memory.write(linear, Segments.SS, bits, value);
    } else {
      cpu.memory.systemWrite(linear, bits, value);
    }
    pointer = pointer & ~mask | next;
  }

  /** Sets the stack pointer to what was pushed. */
  void commit() {
    cpu.gpr[Cpu.RSP] = pointer;
  }
}
