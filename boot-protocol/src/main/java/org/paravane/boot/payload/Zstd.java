package org.paravane.boot.payload;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.util.Arrays;
import org.paravane.boot.format.ImageBytes;

/**
 * Zstandard frames. Kernel builds pipe their input, so the frame states no size; the block headers bound it instead,
 * which lets the decoder write straight into the output. Source: RFC 8878 section 3.1.1.
 *
 * <p>Kernels are packed with windows of up to 128 MiB. The decoder refuses frames that declare more than 8 MiB,
 * although a window has no meaning where all of the output stays in place; so it is given a copy that declares 8 MiB.
 */
final class Zstd implements PayloadDecompressor {
  private static final long FRAME_MAGIC = 0xfd2fb528L;
  private static final long SKIPPABLE_MAGIC = 0x184d2a50L;
  private static final int MAX_BLOCK_BYTES = 128 << 10;
  private static final int SINGLE_SEGMENT = 0x20;

  /** Window descriptor of 8 MiB: exponent 13, mantissa 0. */
  private static final int WINDOW_8_MIB = 13 << 3;

  private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};
  private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};

  @Override
  public void decompress(ImageBytes input, GrowingBytes output) throws IOException {
    int start = input.arrayOffset();
    byte[] frames = Arrays.copyOfRange(input.array(), start, start + input.length());
    long bound = 0;
    long position = 0;
    while (input.contains(position, 4)) {
      long magic = input.u32(position, "zstd magic");
      if (magic == FRAME_MAGIC) {
        Walk walk = walk(input, position + 4);
        limitWindow(frames, (int) position + 4);
        bound += walk.mostOutput;
        position = walk.end;
      } else if ((magic & ~0xfL) == SKIPPABLE_MAGIC) {
        position += 8 + input.u32(position + 4, "zstd skippable frame size");
      } else {
        break;
      }
    }
    if (position > input.length()) {
      throw new IOException(
          "zstd frame ends %d bytes behind the data".formatted(position - input.length()));
    }
    if (output.array().length < bound) {
      output.reserve(bound);
    }
    int room = (int) Math.min(output.array().length, Math.max(bound, 1));
    output.advance(
        new ZstdJavaDecompressor().decompress(frames, 0, (int) position, output.array(), 0, room));
  }

  /** Lowers the window that a frame header declares; {@code at} is the descriptor's index, known to be in the array. */
  private static void limitWindow(byte[] frames, int at) {
    if ((frames[at] & SINGLE_SEGMENT) == 0 && (frames[at + 1] & 0xff) > WINDOW_8_MIB) {
      frames[at + 1] = (byte) WINDOW_8_MIB;
    }
  }

  private record Walk(long end, long mostOutput) {}

  /** Steps over one frame's blocks without unpacking them. */
  private static Walk walk(ImageBytes input, long start) throws IOException {
    int descriptor = input.u8(start, "zstd frame header");
    boolean singleSegment = (descriptor & SINGLE_SEGMENT) != 0;
    int sizeBytes =
        singleSegment && descriptor >>> 6 == 0 ? 1 : CONTENT_SIZE_BYTES[descriptor >>> 6];
    long position =
        start + 1 + (singleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3] + sizeBytes;
    long most = 0;
    boolean last = false;
    while (!last) {
      int header =
          input.u16(position, "zstd block header")
              | input.u8(position + 2, "zstd block header") << 16;
      last = (header & 1) != 0;
      int type = header >>> 1 & 3;
      int size = header >>> 3;
      position += 3 + (type == 1 ? 1 : size);
      most += type == 2 ? MAX_BLOCK_BYTES : size;
      if (type == 3) {
        throw new IOException("zstd block of the reserved type");
      }
    }
    return new Walk(position + ((descriptor & 4) != 0 ? 4 : 0), most);
  }
}
