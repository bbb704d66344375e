package org.paravane.boot.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A read-only little-endian window on a file held in memory. Reading outside it is an {@link ImageException}, so
 * parsers need no bounds checks of their own. The array is not copied: who hands it over must not write to it again.
 */
public final class ImageBytes {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final byte[] array;
  private final int start;
  private final int length;

  private ImageBytes(String name, byte[] array, int start, int length) {
    this.name = name;
    this.array = array;
    this.start = start;
    this.length = length;
  }

  /** A window on all of an array; the name only serves messages. */
  public static ImageBytes of(String name, byte[] array) {
    return new ImageBytes(Objects.requireNonNull(name), array, 0, array.length);
  }

  /** What the user calls the file. */
  public String name() {
    return name;
  }

  /** Length in bytes. */
  public int length() {
    return length;
  }

  /** The array behind the window; read only from {@link #arrayOffset()} for {@link #length()} bytes. */
  public byte[] array() {
    return array;
  }

  /** Index in {@link #array()} of the window's first byte. */
  public int arrayOffset() {
    return start;
  }

  /** Tells whether the range lies inside the window; no argument can overflow the answer. */
  public boolean contains(long offset, long count) {
    return offset >= 0 && count >= 0 && offset <= length && count <= length - offset;
  }

  /**
   * A window on a part.
   *
   * @param what names the part in the message if it lies outside
   */
  public ImageBytes slice(long offset, long count, String what) {
    require(offset, count, what);
    return new ImageBytes(name, array, start + (int) offset, (int) count);
  }

  /** Reads an unsigned byte. */
  public int u8(long offset, String what) {
    require(offset, 1, what);
    return array[start + (int) offset] & 0xff;
  }

  /** Reads an unsigned 16-bit value. */
  public int u16(long offset, String what) {
    require(offset, 2, what);
    return (short) SHORTS.get(array, start + (int) offset) & 0xffff;
  }

  /** Reads an unsigned 32-bit value. */
  public long u32(long offset, String what) {
    require(offset, 4, what);
    return (int) INTS.get(array, start + (int) offset) & 0xffff_ffffL;
  }

  /** Reads 64 bits; values from 2^63 on appear negative. */
  public long u64(long offset, String what) {
    require(offset, 8, what);
    return (long) LONGS.get(array, start + (int) offset);
  }

  /** Tells whether the window holds exactly these byte values at an offset; false where it is too short. */
  public boolean startsWith(long offset, int... values) {
    if (!contains(offset, values.length)) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if ((array[start + (int) offset + i] & 0xff) != values[i]) {
        return false;
      }
    }
    return true;
  }

  /** Reads ASCII text up to a NUL, the end of the window, or {@code limit} bytes. */
  public String text(long offset, int limit, String what) {
    require(offset, 0, what);
    int from = start + (int) offset;
    int end = from;
    int last = from + Math.min(length - (int) offset, limit);
    while (end < last && array[end] != 0) {
      end++;
    }
    return new String(array, from, end - from, StandardCharsets.US_ASCII);
  }

  /** Makes the exception for a fault found in this file; the sentence is prefixed with the file's name. */
  public ImageException fault(ImageError error, long offset, String format, Object... values) {
    return new ImageException(error, offset, name + ": " + format.formatted(values));
  }

  private void require(long offset, long count, String what) {
    if (!contains(offset, count)) {
      throw fault(
          ImageError.IMAGE_TRUNCATED,
          Math.max(0, Math.min(offset, length)),
          "the %s needs %s bytes at offset %#x but the file has only %d bytes; it is truncated or damaged",
          what,
          Long.toUnsignedString(count),
          offset,
          length);
    }
  }
}
