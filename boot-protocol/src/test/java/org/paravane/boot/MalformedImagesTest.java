package org.paravane.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.payload.Compression;
import org.paravane.boot.placement.BootPath;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.testing.ArrayMemory;
import org.paravane.boot.testing.BzImageBuilder;
import org.paravane.boot.testing.Compressors;
import org.paravane.boot.testing.ElfBuilder;
import org.paravane.boot.testing.MultibootBuilder;
import org.paravane.core.ParavaneException;

/** Damaged images end in a boot or in an exception with a code and a sentence; in nothing else. */
class MalformedImagesTest {
  private static final int ROUNDS = 1000;
  private static final long[] NASTY = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    0xfffffff0L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -4096,
    0x100000,
    0x1000000,
    0x3fffffffL
  };

  private enum Sample {
    ELF64(elf()),
    ELF32(
        ElfBuilder.elf32()
            .entry(0x1000000)
            .load(0, 0x1000000, new byte[64], 64)
            .note("Xen", 18, 64L)
            .build()),
    BZIMAGE_LZ4(
        new BzImageBuilder()
            .payload(Compressors.compress(Compression.LZ4, elf()), elf().length)
            .build()),
    BZIMAGE_ELF(new BzImageBuilder().payload(elf()).build()),
    MULTIBOOT1_ELF(MultibootBuilder.elf1()),
    MULTIBOOT1_FLAT(MultibootBuilder.flat1()),
    MULTIBOOT2(MultibootBuilder.elf2(4, 6)),
    GZIP(Compressors.compress(Compression.GZIP, elf()));

    private final byte[] file;

    Sample(byte[] file) {
      this.file = file;
    }
  }

  private final ArrayMemory memory = new ArrayMemory(32 << 20);

  @ParameterizedTest
  @EnumSource
  void damagedFieldsNeverEscapeAsOtherExceptions(Sample sample) {
    Random random = new Random(sample.ordinal());
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = sample.file.clone();
      int edits = 1 + random.nextInt(3);
      for (int i = 0; i < edits; i++) {
        damage(damaged, random);
      }
      tryEverything(damaged, "round " + round);
    }
  }

  @ParameterizedTest
  @EnumSource
  void truncatedFilesNeverEscapeAsOtherExceptions(Sample sample) {
    for (int length = 0; length < sample.file.length; length += 1 + length / 40) {
      tryEverything(Arrays.copyOf(sample.file, length), "length " + length);
    }
  }

  private void tryEverything(byte[] file, String what) {
    try {
      KernelImage image = KernelImages.parse(file, "damaged");
      image.describe();
      for (BootPath path : BootPath.values()) {
        place(BootRequest.of(image).withPath(path), what);
      }
      for (BootProtocol protocol : BootProtocol.values()) {
        place(BootRequest.of(image).withProtocol(protocol).withInitrd(new byte[100]), what);
      }
    } catch (ParavaneException e) {
      assertThat(e.getMessage()).as(what).isNotBlank().doesNotContain("\n");
      assertThat(e.code()).as(what).matches("[A-Z_]+");
    }
  }

  private void place(BootRequest request, String what) {
    try {
      assertThat(KernelLoader.place(request, memory).placed()).as(what).isNotEmpty();
    } catch (ParavaneException e) {
      assertThat(e.code()).as(what).matches("[A-Z_]+");
    }
  }

  /** Puts a troublesome value of 1, 2, 4 or 8 bytes somewhere, most often into the headers. */
  private static void damage(byte[] file, Random random) {
    int size = 1 << random.nextInt(4);
    int reach = random.nextInt(4) == 0 ? file.length : Math.min(file.length, headerReach(random));
    int at = random.nextInt(reach - size + 1);
    long value = random.nextInt(4) == 0 ? random.nextLong() : NASTY[random.nextInt(NASTY.length)];
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    switch (size) {
      case 1 -> buffer.put(at, (byte) value);
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
  }

  private static int headerReach(Random random) {
    return random.nextBoolean() ? 0x80 : 0x280;
  }

  private static byte[] elf() {
    return ElfBuilder.elf64()
        .entry(0x1000000)
        .load(0xffffffff81000000L, 0x1000000, new byte[128], 256)
        .note("Xen", 5, "xen-3.0")
        .note("Xen", 18, 0x1000010L)
        .build();
  }
}
