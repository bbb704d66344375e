package org.paravane.core.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The RAM of one machine: one segment of host memory, zero at the start, addressed by offset. The processor reaches it
 * through {@link #segment()}, bounds-checked; devices may use {@link #buffer(long, int)}, a {@link ByteBuf} view of the
 * same memory. Which guest-physical address an offset has is {@link PhysicalMemory}'s business.
 */
public final class GuestRam {
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int PAGE_BYTES = 4096;

  private final MemorySegment segment;

  /**
   * Allocates RAM.
   *
   * @param sizeBytes a positive multiple of 4096
   * @throws IllegalArgumentException if it is not
   * @throws OutOfMemoryError if the host has not that much
   */
  public GuestRam(long sizeBytes) {
    if (sizeBytes <= 0 || sizeBytes % PAGE_BYTES != 0) {
      throw new IllegalArgumentException(
          "RAM size %d is not a positive multiple of 4096".formatted(sizeBytes));
    }
    segment =
        GuestRam.class.getModule().isNativeAccessEnabled()
            ? ZeroedMemory.allocate(sizeBytes)
            : Arena.ofAuto().allocate(sizeBytes, PAGE_BYTES);
  }

  /** Bytes of RAM. */
  public long sizeBytes() {
    return segment.byteSize();
  }

  /** The memory itself, by offset. */
  public MemorySegment segment() {
    return segment;
  }

  /** A view of {@code length} bytes from {@code offset}, sharing the memory; writes through it are not seen by decode. */
  public ByteBuf buffer(long offset, int length) {
    return Unpooled.wrappedBuffer(segment.asSlice(offset, length).asByteBuffer());
  }
}
