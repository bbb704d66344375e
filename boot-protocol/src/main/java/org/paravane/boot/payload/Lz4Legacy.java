package org.paravane.boot.payload;

import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.paravane.boot.format.ImageBytes;

/**
 * The legacy LZ4 frame that kernel builds use: a magic, then blocks of {@code u32 compressed size, raw block}. Each
 * block unpacks on its own, to 8 MiB except for the last, so that blocks can be unpacked side by side. A repeated magic
 * in place of a size starts another frame; there is no end mark. Source: linux lib/decompress_unlz4.c.
 */
final class Lz4Legacy implements PayloadDecompressor {
  private static final long MAGIC = 0x184c2102L;
  private static final int BLOCK_BYTES = 8 << 20;
  private static final int MAX_RATIO = 255;

  private record Block(int offset, int length) {}

  @Override
  public void decompress(ImageBytes input, GrowingBytes output) throws IOException {
    List<Block> blocks = blocks(input);
    long fullBlocks = (long) (blocks.size() - 1) * BLOCK_BYTES;
    boolean sizeFitsBlocks =
        output.array().length > fullBlocks && output.array().length <= fullBlocks + BLOCK_BYTES;
    if (blocks.size() > 1 && sizeFitsBlocks && decodeSideBySide(input, blocks, output)) {
      return;
    }
    Lz4JavaDecompressor decoder = new Lz4JavaDecompressor();
    for (Block block : blocks) {
      long most = Math.min(BLOCK_BYTES, (long) block.length * MAX_RATIO);
      output.reserve(Math.min(most, Math.max(1, output.room())));
      output.advance(
          decode(
              decoder, input, block, output, output.length(), (int) Math.min(most, output.room())));
    }
  }

  private static List<Block> blocks(ImageBytes input) throws IOException {
    List<Block> blocks = new ArrayList<>();
    int position = 0;
    while (input.contains(position, 4)) {
      long size = input.u32(position, "LZ4 block size");
      position += 4;
      if (size == MAGIC) {
        continue;
      }
      if (size == 0) {
        break;
      }
      if (!input.contains(position, size)) {
        throw new IOException(
            "LZ4 block at offset %#x claims %d bytes, %d are left"
                .formatted(position, size, input.length() - position));
      }
      blocks.add(new Block(position, (int) size));
      position += (int) size;
    }
    if (blocks.isEmpty()) {
      throw new IOException("no LZ4 block follows the magic");
    }
    return blocks;
  }

  /** Puts each block at its place at once; false if a block before the last turns out not to fill 8 MiB. */
  private static boolean decodeSideBySide(
      ImageBytes input, List<Block> blocks, GrowingBytes output) {
    int last = blocks.size() - 1;
    int[] produced = new int[blocks.size()];
    IntStream.rangeClosed(0, last)
        .parallel()
        .forEach(i -> {
          int at = i * BLOCK_BYTES;
          int room = Math.min(BLOCK_BYTES, output.array().length - at);
          produced[i] = decode(new Lz4JavaDecompressor(), input, blocks.get(i), output, at, room);
        });
    for (int i = 0; i < last; i++) {
      if (produced[i] != BLOCK_BYTES) {
        return false;
      }
    }
    output.advance(last * BLOCK_BYTES + produced[last]);
    return true;
  }

  private static int decode(
      Lz4JavaDecompressor decoder,
      ImageBytes input,
      Block block,
      GrowingBytes output,
      int at,
      int room) {
    return decoder.decompress(
        input.array(), input.arrayOffset() + block.offset, block.length, output.array(), at, room);
  }
}
