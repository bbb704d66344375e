package org.paravane.core.cpu;

/**
 * The stack of the current mode: RSP in 64-bit mode, ESP or SP by SS.B otherwise, with limit checks. Instructions that
 * only exist in 64-bit mode may access it directly.
 */
public final class Stack {
  private final Cpu cpu;

  Stack(Cpu cpu) {
    this.cpu = cpu;
  }

  /** The mask of the stack pointer: 64, 32 or 16 bits. */
  public long mask() {
    if (CpuMode.is64(cpu.mode)) {
      return -1L;
    }
    return (cpu.mode & CpuMode.STACK32) != 0 ? 0xffff_ffffL : 0xffff;
  }

  /** The stack pointer, masked. */
  public long pointer() {
    return cpu.gpr[Cpu.RSP] & mask();
  }

  /** Sets the stack pointer; bits outside its mask stay (but a 32-bit one clears the upper half). */
  public void pointer(long value) {
    long mask = mask();
    cpu.gpr[Cpu.RSP] = mask == 0xffff ? cpu.gpr[Cpu.RSP] & ~0xffffL | value & 0xffff : value & mask;
  }

  /** What RSP becomes when {@code bytes} are popped. */
  public long after(long bytes) {
    long mask = mask();
    long next = cpu.gpr[Cpu.RSP] + bytes & mask;
    return mask == 0xffff ? cpu.gpr[Cpu.RSP] & ~0xffffL | next : next;
  }

  /** Linear address of a stack offset that is to be read. */
  public long forRead(long offset, int sizeBytes) {
    return (cpu.mode & CpuMode.FLAT) != 0
        ? offset
        : cpu.segments.checkedRead(Segments.SS, offset, sizeBytes);
  }

  /** Linear address of a stack offset that is to be written. */
  public long forWrite(long offset, int sizeBytes) {
    return (cpu.mode & CpuMode.FLAT) != 0
        ? offset
        : cpu.segments.checkedWrite(Segments.SS, offset, sizeBytes);
  }

  /** Pushes 16, 32 or 64 bits. */
  public void push(int bits, long value) {
    long next = pointer() - (bits >> 3) & mask();
    cpu.memory.write(forWrite(next, bits >> 3), Segments.SS, bits, value);
    pointer(next);
  }

  /** Pops 16, 32 or 64 bits, zero-extended. */
  public long pop(int bits) {
    long value = peek(0, bits);
    pointer(pointer() + (bits >> 3));
    return value;
  }

  /** Reads 16, 32 or 64 bits at {@code bytes} above the stack pointer, zero-extended. */
  public long peek(int bytes, int bits) {
    return cpu.memory.read(forRead(pointer() + bytes & mask(), bits >> 3), Segments.SS, bits);
  }
}
