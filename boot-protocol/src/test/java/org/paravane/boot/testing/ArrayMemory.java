package org.paravane.boot.testing;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.paravane.core.memory.GuestMemory;

/** Guest memory in one array; holds up to 1 GiB, all of it below the hole. */
public final class ArrayMemory implements GuestMemory {
  private final ByteBuffer bytes;

  public ArrayMemory(int sizeBytes) {
    bytes = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long sizeBytes() {
    return bytes.capacity();
  }

  @Override
  public void write(long physicalAddress, byte[] source, int offset, int length) {
    bytes.put(index(physicalAddress, length), source, offset, length);
  }

  @Override
  public void write(long physicalAddress, MemorySegment source) {
    MemorySegment.copy(
        source, 0, MemorySegment.ofBuffer(bytes), physicalAddress, source.byteSize());
  }

  @Override
  public void zero(long physicalAddress, long length) {
    int start = index(physicalAddress, length);
    Arrays.fill(bytes.array(), start, start + (int) length, (byte) 0);
  }

  @Override
  public void read(long physicalAddress, byte[] destination, int offset, int length) {
    bytes.get(index(physicalAddress, length), destination, offset, length);
  }

  @Override
  public void put8(long physicalAddress, int value) {
    bytes.put(index(physicalAddress, 1), (byte) value);
  }

  @Override
  public void put16(long physicalAddress, int value) {
    bytes.putShort(index(physicalAddress, 2), (short) value);
  }

  @Override
  public void put32(long physicalAddress, int value) {
    bytes.putInt(index(physicalAddress, 4), value);
  }

  @Override
  public void put64(long physicalAddress, long value) {
    bytes.putLong(index(physicalAddress, 8), value);
  }

  @Override
  public int get8(long physicalAddress) {
    return bytes.get(index(physicalAddress, 1)) & 0xff;
  }

  @Override
  public int get16(long physicalAddress) {
    return bytes.getShort(index(physicalAddress, 2)) & 0xffff;
  }

  @Override
  public int get32(long physicalAddress) {
    return bytes.getInt(index(physicalAddress, 4));
  }

  @Override
  public long get64(long physicalAddress) {
    return bytes.getLong(index(physicalAddress, 8));
  }

  /** The bytes of a range. */
  public byte[] bytes(long physicalAddress, int length) {
    byte[] result = new byte[length];
    read(physicalAddress, result, 0, length);
    return result;
  }

  /** The text from an address up to a NUL. */
  public String text(long physicalAddress) {
    int length = 0;
    while (get8(physicalAddress + length) != 0) {
      length++;
    }
    return new String(bytes(physicalAddress, length), StandardCharsets.UTF_8);
  }

  private int index(long physicalAddress, long length) {
    if (physicalAddress < 0 || length < 0 || length > bytes.capacity() - physicalAddress) {
      throw new IllegalArgumentException("not RAM: %#x + %d".formatted(physicalAddress, length));
    }
    return (int) physicalAddress;
  }
}
