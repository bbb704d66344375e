package org.paravane.boot.payload;

import io.airlift.compress.v3.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.format.ImageException;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/**
 * The compressions of kernels and kernel files, told apart by their first bytes. Source: the kernel's
 * lib/decompress.c and each format's own magic.
 */
public enum Compression {
  /** Not compressed: an ELF file. */
  NONE("none", (input, output) -> output.drain(stream(input)), 0x7f, 'E', 'L', 'F'),
  /** RFC 1952; the one format for which kernels append no size. */
  GZIP(
      "gzip",
      (input, output) -> output.drain(new GZIPInputStream(stream(input), 1 << 16)),
      0x1f,
      0x8b),
  /** bzip2, single or concatenated streams. */
  BZIP2(
      "bzip2",
      (input, output) -> output.drain(new BZip2CompressorInputStream(stream(input))),
      'B',
      'Z',
      'h'),
  /** xz, with the x86 filter that kernels use. */
  XZ(
      "xz",
      (input, output) ->
          output.drain(new SingleXZInputStream(stream(input), Compression.DICTIONARY_LIMIT_KIB)),
      0xfd,
      '7',
      'z',
      'X',
      'Z',
      0),
  /** lzop's container around LZO1X. */
  LZO("lzo", new Lzop(), 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'),
  /** LZ4 in its legacy frame. */
  LZ4("lz4", new Lz4Legacy(), 0x02, 0x21, 0x4c, 0x18),
  /** Zstandard, RFC 8878. */
  ZSTD("zstd", new Zstd(), 0x28, 0xb5, 0x2f, 0xfd),
  /** lzma-alone with the default properties; last because its magic is the weakest. */
  LZMA(
      "lzma",
      (input, output) ->
          output.drain(new LZMAInputStream(stream(input), Compression.DICTIONARY_LIMIT_KIB)),
      0x5d,
      0,
      0);

  /** Most bytes that anything unpacks to; less on a JVM with a small heap, so that a hostile file can't exhaust it. */
  private static final int OUTPUT_LIMIT = 1 << 30;

  private static final int DICTIONARY_LIMIT_KIB = 256 << 10;
  private static final int SIZE_TRAILER_BYTES = 4;

  private final String title;
  private final PayloadDecompressor decompressor;
  private final int[] magic;

  Compression(String title, PayloadDecompressor decompressor, int... magic) {
    this.title = title;
    this.decompressor = decompressor;
    this.magic = magic;
  }

  /** The name users know, such as {@code lz4}. */
  public String title() {
    return title;
  }

  /** Tells which compression data begins with; {@link #NONE} for an ELF file, empty where nothing matches. */
  public static Optional<Compression> sniff(ImageBytes data) {
    for (Compression compression : values()) {
      if (data.startsWith(0, compression.magic)) {
        return Optional.of(compression);
      }
    }
    return Optional.empty();
  }

  /**
   * Unpacks a compressed file.
   *
   * @throws ImageException if the data is damaged or unpacks to more than the limit
   */
  public ImageBytes unpack(ImageBytes file) {
    return unpack(file, 0);
  }

  /**
   * Unpacks the payload of a Linux kernel, whose build appends the unpacked size to all but gzip and plain ELF.
   *
   * @throws ImageException if the data is damaged, unpacks to more than the limit, or not to the
   *     size that the kernel states
   */
  public ImageBytes unpackKernelPayload(ImageBytes payload) {
    if (this == NONE || this == GZIP) {
      return unpack(payload, 0);
    }
    long trailerOffset = payload.length() - (long) SIZE_TRAILER_BYTES;
    long size = payload.u32(trailerOffset, "size after the compressed payload");
    if (size > limit()) {
      throw payload.fault(
          ImageError.IMAGE_PAYLOAD_TOO_LARGE,
          trailerOffset,
          "the kernel says it unpacks to %d MiB; at most %d MiB are accepted with this JVM's heap",
          size >> 20,
          limit() >> 20);
    }
    ImageBytes unpacked = unpack(payload.slice(0, trailerOffset, "compressed payload"), size);
    if (unpacked.length() != size) {
      throw payload.fault(
          ImageError.IMAGE_PAYLOAD_CORRUPT,
          trailerOffset,
          "the %s payload unpacked to %d bytes but the kernel says %d; the file is damaged",
          title,
          unpacked.length(),
          size);
    }
    return unpacked;
  }

  private ImageBytes unpack(ImageBytes input, long expected) {
    if (this == NONE) {
      return input;
    }
    GrowingBytes output = new GrowingBytes(input, expected, limit());
    try {
      decompressor.decompress(input, output);
    } catch (IOException
        | MalformedInputException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new ImageException(
          ImageError.IMAGE_PAYLOAD_CORRUPT,
          0,
          "%s: the %s data is damaged or truncated (%s)"
              .formatted(input.name(), title, e.getMessage()),
          e);
    }
    return ImageBytes.of(input.name(), output.toByteArray());
  }

  private static int limit() {
    return (int) Math.min(OUTPUT_LIMIT, Runtime.getRuntime().maxMemory() / 3);
  }

  private static InputStream stream(ImageBytes input) {
    return new ByteArrayInputStream(input.array(), input.arrayOffset(), input.length());
  }
}
