package org.paravane.boot.payload;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/** An output that grows as it is filled, up to a limit. */
final class GrowingBytes {
  private static final int FIRST_CAPACITY = 1 << 20;

  private final ImageBytes source;
  private final int limit;
  private byte[] array;
  private int length;

  /**
   * Makes an empty output.
   *
   * @param source what is being unpacked, for messages
   * @param expected the size that the input claims; a hint only, believed up to 64 times the input
   * @param limit most bytes that may be produced
   */
  GrowingBytes(ImageBytes source, long expected, int limit) {
    this.source = source;
    this.limit = limit;
    long plausible = Math.min(Math.max(expected, 0), FIRST_CAPACITY + 64L * source.length());
    this.array = new byte[(int) Math.min(limit, Math.max(plausible, 1))];
  }

  /** Bytes produced. */
  int length() {
    return length;
  }

  /** The array that holds the output; changes when {@link #reserve} grows it. */
  byte[] array() {
    return array;
  }

  /** Makes room for more bytes after the present ones. */
  void reserve(long more) {
    long needed = length + more;
    if (needed > limit) {
      throw source.fault(
          ImageError.IMAGE_PAYLOAD_TOO_LARGE,
          0,
          "the compressed data unpacks to more than %d MiB; give the unpacked kernel, or a JVM with more heap",
          limit >> 20);
    }
    if (needed > array.length) {
      long grown = Math.max(needed, Math.min(limit, Math.max(FIRST_CAPACITY, 2L * array.length)));
      array = Arrays.copyOf(array, (int) grown);
    }
  }

  /** Counts bytes that were written behind the present ones. */
  void advance(int count) {
    length += count;
  }

  /** Bytes that may still be produced. */
  int room() {
    return limit - length;
  }

  /** Fills the output from a stream until it ends. */
  void drain(InputStream in) throws IOException {
    while (true) {
      if (length == array.length) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        reserve(1);
        array[length++] = (byte) next;
      }
      int count = in.read(array, length, array.length - length);
      if (count < 0) {
        return;
      }
      length += count;
    }
  }

  /** The output without spare room. */
  byte[] toByteArray() {
    return length == array.length ? array : Arrays.copyOf(array, length);
  }
}
