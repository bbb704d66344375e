package org.paravane.boot.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.format.ImageException;
import org.paravane.boot.testing.Compressors;

class CompressionTest {
  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void unpacksWhatItsFormatPacked(Compression compression) {
    byte[] data = data(700_000);
    ImageBytes packed = ImageBytes.of("test", Compressors.compress(compression, data));

    assertThat(Compression.sniff(packed)).contains(compression);
    assertThat(compression.unpack(packed).array()).isEqualTo(data);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"NONE", "GZIP"},
      mode = EnumSource.Mode.EXCLUDE)
  void stopsBeforeTheSizeThatKernelsAppend(Compression compression) {
    byte[] data = data(100_000);

    ImageBytes unpacked = compression.unpackKernelPayload(payload(compression, data, data.length));

    assertThat(unpacked.array()).isEqualTo(data);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"NONE", "GZIP"},
      mode = EnumSource.Mode.EXCLUDE)
  void refusesAPayloadOfAnotherSizeThanStated(Compression compression) {
    byte[] data = data(100_000);

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(
            () -> compression.unpackKernelPayload(payload(compression, data, data.length + 1)))
        .returns(ImageError.IMAGE_PAYLOAD_CORRUPT, ImageException::error)
        .withMessageContaining("test: ");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"NONE", "LZ4"},
      mode = EnumSource.Mode.EXCLUDE)
  void refusesTruncatedData(Compression compression) {
    byte[] packed = Compressors.compress(compression, data(300_000));
    ImageBytes half = ImageBytes.of("test", Arrays.copyOf(packed, packed.length / 2));

    assertThatExceptionOfType(ImageException.class).isThrownBy(() -> compression.unpack(half));
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void survivesDamageAnywhere(Compression compression) {
    byte[] packed = Compressors.compress(compression, data(50_000));
    Random random = new Random(42);
    for (int i = 0; i < 150; i++) {
      byte[] damaged = packed.clone();
      for (int flips = 0; flips < 3; flips++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(compression.unpack(ImageBytes.of("test", damaged)).length()).isNotNegative();
      } catch (ImageException e) {
        assertThat(e.code()).startsWith("IMAGE_");
      }
    }
  }

  @Test
  void joinsLz4BlocksInOrder() {
    byte[] data = data((20 << 20) + 12_345);
    ImageBytes packed = payload(Compression.LZ4, data, data.length);

    assertThat(Arrays.equals(Compression.LZ4.unpackKernelPayload(packed).array(), data)).isTrue();
  }

  @Test
  void unpacksLz4BlocksShorterThanTheFormatsUsualSize() {
    byte[] first = Compressors.compress(Compression.LZ4, data(10_000));
    byte[] second = Compressors.compress(Compression.LZ4, data(20_000));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);

    ImageBytes unpacked = Compression.LZ4.unpack(ImageBytes.of("test", both));

    assertThat(Arrays.copyOf(unpacked.array(), 10_000)).isEqualTo(data(10_000));
    assertThat(Arrays.copyOfRange(unpacked.array(), 10_000, 30_000)).isEqualTo(data(20_000));
  }

  @Test
  void acceptsZstdFramesOfKernelBuildsWithAWindowOf128MiBAndNoSize() {
    byte[] data = data(300_000);
    byte[] packed = Compressors.compress(Compression.ZSTD, data);
    int descriptor = packed[4] & 0xff;
    boolean singleSegment = (descriptor & 0x20) != 0;
    int sizeBytes = new int[] {singleSegment ? 1 : 0, 2, 4, 8}[descriptor >> 6];
    int blocks = 5 + (singleSegment ? 0 : 1) + sizeBytes;
    byte[] frame = Arrays.copyOf(packed, 6 + packed.length - blocks);
    frame[4] = (byte) (descriptor & 0x04);
    frame[5] = (byte) (17 << 3);
    System.arraycopy(packed, blocks, frame, 6, packed.length - blocks);

    assertThat(Compression.ZSTD.unpack(ImageBytes.of("test", frame)).array()).isEqualTo(data);
  }

  @Test
  void refusesAnLz4BlockBeyondTheData() {
    byte[] packed = {0x02, 0x21, 0x4c, 0x18, 0x00, 0x00, 0x00, 0x40, 1, 2, 3};

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> Compression.LZ4.unpack(ImageBytes.of("test", packed)))
        .withMessageContaining("1073741824");
  }

  @Test
  void refusesAKernelThatClaimsMoreThanTheLimit() {
    byte[] packed = Compressors.compress(Compression.LZ4, data(1000));
    byte[] claimed = Arrays.copyOf(packed, packed.length + 4);
    Arrays.fill(claimed, packed.length, claimed.length, (byte) 0xff);

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> Compression.LZ4.unpackKernelPayload(ImageBytes.of("test", claimed)))
        .returns(ImageError.IMAGE_PAYLOAD_TOO_LARGE, ImageException::error);
  }

  @Test
  void stopsProducingAtItsLimit() {
    GrowingBytes output = new GrowingBytes(ImageBytes.of("test", new byte[10]), 0, 1000);
    output.reserve(1000);
    output.advance(1000);

    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> output.reserve(1))
        .returns(ImageError.IMAGE_PAYLOAD_TOO_LARGE, ImageException::error);
  }

  /** Half compressible, half not, so that every kind of block occurs. */
  private static byte[] data(int length) {
    byte[] data = new byte[length];
    Random random = new Random(length);
    random.nextBytes(data);
    for (int i = 0; i < length; i++) {
      if ((i >> 12 & 1) == 0) {
        data[i] = (byte) (i >> 5);
      }
    }
    return data;
  }

  private static ImageBytes payload(Compression compression, byte[] data, int statedBytes) {
    byte[] packed = Compressors.compress(compression, data);
    byte[] payload = Arrays.copyOf(packed, packed.length + 4);
    for (int i = 0; i < 4; i++) {
      payload[packed.length + i] = (byte) (statedBytes >> 8 * i);
    }
    return ImageBytes.of("test", payload);
  }
}
