package org.paravane.boot.payload;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import org.paravane.boot.format.ImageBytes;

/**
 * Zstandard frames. Kernel builds pipe their input, so the frame states no size; the block headers bound it instead, which
 * lets the decoder write straight into the output. Source: RFC 8878 section 3.1.1.
 */
final class Zstd implements PayloadDecompressor {
  private static final long FRAME_MAGIC = 0xfd2fb528L;
  private static final long SKIPPABLE_MAGIC = 0x184d2a50L;
  private static final int MAX_BLOCK_BYTES = 128 << 10;
  private static final int[] DICTIONARY_ID_BYTES = {0, 1, 2, 4};
  private static final int[] CONTENT_SIZE_BYTES = {0, 2, 4, 8};

  @Override
  public void decompress(ImageBytes input, GrowingBytes output) throws IOException {
    long bound = 0;
    long position = 0;
    while (input.contains(position, 4)) {
      long magic = input.u32(position, "zstd magic");
      if (magic == FRAME_MAGIC) {
        Walk walk = walk(input, position + 4);
        bound += walk.mostOutput;
        position = walk.end;
      } else if ((magic & ~0xfL) == SKIPPABLE_MAGIC) {
        position += 8 + input.u32(position + 4, "zstd skippable frame size");
      } else {
        break;
      }
    }
    if (position > input.length()) {
      throw new IOException("zstd frame ends %d bytes behind the data".formatted(position - input.length()));
    }
    if (output.array().length < bound) {
      output.reserve(bound);
    }
    int room = (int) Math.min(output.array().length, Math.max(bound, 1));
    output.advance(
        new ZstdJavaDecompressor()
            .decompress(input.array(), input.arrayOffset(), (int) position, output.array(), 0, room));
  }

  private record Walk(long end, long mostOutput) {}

  /** Steps over one frame's blocks without unpacking them. */
  private static Walk walk(ImageBytes input, long start) throws IOException {
    int descriptor = input.u8(start, "zstd frame header");
    boolean singleSegment = (descriptor & 0x20) != 0;
    int sizeBytes = singleSegment && descriptor >>> 6 == 0 ? 1 : CONTENT_SIZE_BYTES[descriptor >>> 6];
    long position = start + 1 + (singleSegment ? 0 : 1) + DICTIONARY_ID_BYTES[descriptor & 3] + sizeBytes;
    long most = 0;
    boolean last = false;
    while (!last) {
      int header = input.u16(position, "zstd block header") | input.u8(position + 2, "zstd block header") << 16;
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
