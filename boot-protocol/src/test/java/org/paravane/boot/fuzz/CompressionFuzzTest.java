package org.paravane.boot.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageException;
import org.paravane.boot.payload.Compression;
import org.paravane.boot.testing.Compressors;

/** Each decompressor on damaged data: bytes or a sentence. */
class CompressionFuzzTest {
  private static final byte[] TEXT =
      "Linux version Linux version 0123456789\n".repeat(20).getBytes(StandardCharsets.US_ASCII);

  static Stream<Arguments> gzipped() {
    return seeds(Compression.GZIP);
  }

  static Stream<Arguments> bzipped() {
    return seeds(Compression.BZIP2);
  }

  static Stream<Arguments> xz() {
    return seeds(Compression.XZ);
  }

  static Stream<Arguments> lzma() {
    return seeds(Compression.LZMA);
  }

  static Stream<Arguments> lzo() {
    return seeds(Compression.LZO);
  }

  static Stream<Arguments> lz4() {
    return seeds(Compression.LZ4);
  }

  static Stream<Arguments> zstd() {
    return seeds(Compression.ZSTD);
  }

  @MethodSource("gzipped")
  @FuzzTest(maxDuration = "30s")
  void gzipIsUnpackedOrRefused(byte[] input) {
    unpack(Compression.GZIP, input);
  }

  @MethodSource("bzipped")
  @FuzzTest(maxDuration = "30s")
  void bzip2IsUnpackedOrRefused(byte[] input) {
    unpack(Compression.BZIP2, input);
  }

  @MethodSource("xz")
  @FuzzTest(maxDuration = "30s")
  void xzIsUnpackedOrRefused(byte[] input) {
    unpack(Compression.XZ, input);
  }

  @MethodSource("lzma")
  @FuzzTest(maxDuration = "30s")
  void lzmaIsUnpackedOrRefused(byte[] input) {
    unpack(Compression.LZMA, input);
  }

  @MethodSource("lzo")
  @FuzzTest(maxDuration = "30s")
  void lzoIsUnpackedOrRefused(byte[] input) {
    unpack(Compression.LZO, input);
  }

  @MethodSource("lz4")
  @FuzzTest(maxDuration = "30s")
  void lz4IsUnpackedOrRefused(byte[] input) {
    unpack(Compression.LZ4, input);
  }

  @MethodSource("zstd")
  @FuzzTest(maxDuration = "30s")
  void zstdIsUnpackedOrRefused(byte[] input) {
    unpack(Compression.ZSTD, input);
  }

  private static void unpack(Compression compression, byte[] input) {
    ImageBytes bytes = ImageBytes.of("input", input);
    try {
      assertThat(compression.unpack(bytes).length()).isNotNegative();
    } catch (ImageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      assertThat(compression.unpackKernelPayload(bytes).length()).isNotNegative();
    } catch (ImageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static Stream<Arguments> seeds(Compression compression) {
    return Stream.of(TEXT, new byte[0])
        .map(data -> Arguments.of((Object) Compressors.compress(compression, data)));
  }
}
