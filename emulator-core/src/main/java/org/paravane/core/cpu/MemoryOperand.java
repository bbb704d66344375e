package org.paravane.core.cpu;

/**
 * A memory operand: {@code segment:[base + index << scale + displacement]}.
 *
 * @param segment segment register, 0 to 5 (ES, CS, SS, DS, FS, GS)
 * @param base index into {@link Cpu#gpr}; {@link Cpu#ZERO} for none, {@link Cpu#RIP} for RIP-relative, where the
 *     displacement counts from the start of the block
 * @param index index into {@link Cpu#gpr}; {@link Cpu#ZERO} for none
 * @param scale 0 to 3
 * @param displacement sign-extended
 * @param offsetMask all ones, 0xffffffff or 0xffff: the address size
 * @param checked the segment has limits or access rights to check (never in 64-bit mode)
 */
public record MemoryOperand(
    int segment,
    int base,
    int index,
    int scale,
    long displacement,
    long offsetMask,
    boolean checked) {

  /** The offset in the segment: what LEA computes. */
  public long offset(Cpu cpu) {
    return displacement + cpu.gpr[base] + (cpu.gpr[index] << scale) & offsetMask;
  }

  /** Linear address of {@code sizeBytes} bytes to be read. */
  public long forRead(Cpu cpu, int sizeBytes) {
    long offset = offset(cpu);
    if (checked) {
      return cpu.segments.checkedRead(segment, offset, sizeBytes);
    }
    return offset + cpu.segmentBase[segment];
  }

  /** Linear address of {@code sizeBytes} bytes to be written. */
  public long forWrite(Cpu cpu, int sizeBytes) {
    long offset = offset(cpu);
    if (checked) {
      return cpu.segments.checkedWrite(segment, offset, sizeBytes);
    }
    return offset + cpu.segmentBase[segment];
  }

  /** The same operand {@code bytes} further on. */
  public MemoryOperand plus(long bytes) {
    return new MemoryOperand(
        segment, base, index, scale, displacement + bytes, offsetMask, checked);
  }

  /** Reads a byte, zero-extended. */
  public int read8(Cpu cpu) {
    return cpu.memory.read8(forRead(cpu, 1), segment);
  }

  /** Reads two bytes, zero-extended. */
  public int read16(Cpu cpu) {
    return cpu.memory.read16(forRead(cpu, 2), segment);
  }

  /** Reads four bytes. */
  public int read32(Cpu cpu) {
    return cpu.memory.read32(forRead(cpu, 4), segment);
  }

  /** Reads eight bytes. */
  public long read64(Cpu cpu) {
    return cpu.memory.read64(forRead(cpu, 8), segment);
  }

  /** Writes a byte. */
  public void write8(Cpu cpu, int value) {
    cpu.memory.write8(forWrite(cpu, 1), segment, value);
  }

  /** Writes two bytes. */
  public void write16(Cpu cpu, int value) {
    cpu.memory.write16(forWrite(cpu, 2), segment, value);
  }

  /** Writes four bytes. */
  public void write32(Cpu cpu, int value) {
    cpu.memory.write32(forWrite(cpu, 4), segment, value);
  }

  /** Writes eight bytes. */
  public void write64(Cpu cpu, long value) {
    cpu.memory.write64(forWrite(cpu, 8), segment, value);
  }

  /** Reads 8, 16, 32 or 64 bits, zero-extended. */
  public long read(Cpu cpu, int bits) {
    return cpu.memory.read(forRead(cpu, bits >> 3), segment, bits);
  }

  /** Writes 8, 16, 32 or 64 bits. */
  public void write(Cpu cpu, int bits, long value) {
    cpu.memory.write(forWrite(cpu, bits >> 3), segment, bits, value);
  }
}
