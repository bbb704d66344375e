package org.paravane.boot.payload;

import io.airlift.compress.v3.lzo.LzoDecompressor;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.paravane.boot.format.ImageBytes;

/**
 * The lzop container around LZO1X blocks; all fields are big-endian. Checksums are skipped: the kernel's own reader
 * skips them too, and the unpacked ELF is checked on its own. Source: linux lib/decompress_unlzo.c.
 */
final class Lzop implements PayloadDecompressor {
  private static final int MAGIC_BYTES = 9;
  private static final int VERSION_WITH_LEVEL = 0x0940;
  private static final int FLAG_ADLER32_UNPACKED = 0x1;
  private static final int FLAG_ADLER32_PACKED = 0x2;
  private static final int FLAG_CRC32_UNPACKED = 0x100;
  private static final int FLAG_CRC32_PACKED = 0x200;
  private static final int FLAG_FILTER = 0x800;
  private static final int MAX_BLOCK_BYTES = 64 << 20;

  @Override
  public void decompress(ImageBytes input, GrowingBytes output) throws IOException {
    DataInputStream in =
        new DataInputStream(
            new ByteArrayInputStream(input.array(), input.arrayOffset(), input.length()));
    in.skipNBytes(MAGIC_BYTES);
    int flags = readHeader(in);
    LzoDecompressor decoder = new LzoDecompressor();
    while (true) {
      int unpacked = in.readInt();
      if (unpacked == 0) {
        return;
      }
      int packed = in.readInt();
      if (unpacked < 0 || unpacked > MAX_BLOCK_BYTES || packed <= 0 || packed > unpacked) {
        throw new IOException("LZO block of %d bytes from %d".formatted(unpacked, packed));
      }
      skipChecksums(in, flags, packed < unpacked);
      int at = input.arrayOffset() + input.length() - in.available();
      if (packed > in.available()) {
        throw new IOException(
            "LZO block claims %d bytes, %d are left".formatted(packed, in.available()));
      }
      output.reserve(unpacked);
      int produced = unpacked;
      if (packed == unpacked) {
        System.arraycopy(input.array(), at, output.array(), output.length(), packed);
      } else {
        produced =
            decoder.decompress(
                input.array(), at, packed, output.array(), output.length(), unpacked);
      }
      if (produced != unpacked) {
        throw new IOException(
            "LZO block gave %d bytes instead of %d".formatted(produced, unpacked));
      }
      output.advance(produced);
      in.skipNBytes(packed);
    }
  }

  /** Skips the header behind the magic; gives its flags. */
  private static int readHeader(DataInputStream in) throws IOException {
    int version = in.readUnsignedShort();
    boolean withLevel = version >= VERSION_WITH_LEVEL;
    in.skipNBytes(withLevel ? 4 : 2);
    in.skipNBytes(withLevel ? 2 : 1);
    int flags = in.readInt();
    if ((flags & FLAG_FILTER) != 0) {
      in.skipNBytes(4);
    }
    in.skipNBytes(withLevel ? 12 : 8);
    in.skipNBytes(in.readUnsignedByte());
    in.skipNBytes(4);
    return flags;
  }

  private static void skipChecksums(DataInputStream in, int flags, boolean compressed)
      throws IOException {
    int checksums = Integer.bitCount(flags & (FLAG_ADLER32_UNPACKED | FLAG_CRC32_UNPACKED));
    if (compressed) {
      checksums += Integer.bitCount(flags & (FLAG_ADLER32_PACKED | FLAG_CRC32_PACKED));
    }
    in.skipNBytes(4L * checksums);
  }
}
