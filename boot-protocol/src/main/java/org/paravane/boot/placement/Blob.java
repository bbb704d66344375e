package org.paravane.boot.placement;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.paravane.core.memory.GuestMemory;

/** A little-endian structure put together at a known address, with parts that point to each other. */
public final class Blob {
  private static final int FIRST_CAPACITY = 1024;

  private final long address;
  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.LITTLE_ENDIAN);

  /** Starts empty; the address must be aligned as the structure wants it. */
  public Blob(long address) {
    this.address = address;
  }

  /** The address of the next byte. */
  public long next() {
    return address + bytes.position();
  }

  /** Bytes so far. */
  public int length() {
    return bytes.position();
  }

  /** Appends zeros up to a multiple of an alignment. */
  public Blob align(int alignment) {
    return zeros(-length() & alignment - 1);
  }

  /** Appends zeros. */
  public Blob zeros(int count) {
    return bytes(new byte[count]);
  }

  /** Appends 32 bits. */
  public Blob u32(long value) {
    room(4);
    bytes.putInt((int) value);
    return this;
  }

  /** Appends 64 bits. */
  public Blob u64(long value) {
    room(8);
    bytes.putLong(value);
    return this;
  }

  /** Appends bytes. */
  public Blob bytes(byte[] source) {
    room(source.length);
    bytes.put(source);
    return this;
  }

  /** Appends NUL-terminated text. */
  public Blob text(String text) {
    return bytes((text + "\0").getBytes(StandardCharsets.UTF_8));
  }

  /** Overwrites 32 bits at an offset. */
  public Blob patch32(int offset, long value) {
    bytes.putInt(offset, (int) value);
    return this;
  }

  /** Overwrites 64 bits at an offset. */
  public Blob patch64(int offset, long value) {
    bytes.putLong(offset, value);
    return this;
  }

  /** A copy of what is there so far. */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes.array(), length());
  }

  /** Takes the range it occupies and writes it. */
  public void place(String name, PhysicalLayout layout, GuestMemory memory) {
    layout.claim(name, address, length());
    memory.write(address, bytes.array(), 0, length());
  }

  private void room(int count) {
    if (bytes.remaining() < count) {
      int grown = Math.max(2 * bytes.capacity(), bytes.position() + count);
      bytes = ByteBuffer.allocate(grown).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
    }
  }
}
