package org.paravane.boot.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.boot.KernelLoader;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;
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

/** Kernel files of each kind, parsed, described and placed in every way. */
class KernelFileFuzzTest {
  private static final int MEMORY_BYTES = 32 << 20;
  private static final int INITRD_BYTES = 100;

  private final ArrayMemory memory = new ArrayMemory(MEMORY_BYTES);

  static Stream<Arguments> elfFiles() {
    return inputs(
        elf64(),
        elf32(),
        elf64Builder().buildWithNoteSection(),
        elf32Builder().buildWithNoteSection());
  }

  static Stream<Arguments> bzImages() {
    return inputs(
        new BzImageBuilder().payload(elf64()).build(),
        new BzImageBuilder()
            .payload(Compressors.compress(Compression.LZ4, elf64()), elf64().length)
            .build(),
        new BzImageBuilder()
            .payload(Compressors.compress(Compression.GZIP, elf64()), elf64().length)
            .build());
  }

  static Stream<Arguments> multibootKernels() {
    return inputs(
        MultibootBuilder.elf1(),
        MultibootBuilder.flat1(),
        MultibootBuilder.elf2(4, 6),
        MultibootBuilder.elf2());
  }

  @MethodSource("elfFiles")
  @FuzzTest(maxDuration = "30s")
  void elfFilesAndTheirNotesAreReadOrRefused(byte[] input) {
    try {
      ElfFile elf = ElfFile.parse(ImageBytes.of("input", input));
      elf.notes()
          .all()
          .forEach(note -> {
            assertThat(note.text()).isNotNull();
            assertThat(note.hex()).isNotNull();
            assertThat(note.number()).isNotNull();
          });
      elf.physicalAddressOf(elf.entry());
    } catch (ParavaneException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    tryEverything(input);
  }

  @MethodSource("bzImages")
  @FuzzTest(maxDuration = "30s")
  void bzImagesAreReadOrRefused(byte[] input) {
    tryEverything(input);
  }

  @MethodSource("multibootKernels")
  @FuzzTest(maxDuration = "30s")
  void multibootKernelsAreReadOrRefused(byte[] input) {
    tryEverything(input);
  }

  private void tryEverything(byte[] input) {
    try {
      KernelImage image = KernelImages.parse(input, "input");
      image.describe();
      for (BootPath path : BootPath.values()) {
        place(BootRequest.of(image).withPath(path));
      }
      for (BootProtocol protocol : BootProtocol.values()) {
        place(BootRequest.of(image).withProtocol(protocol).withInitrd(new byte[INITRD_BYTES]));
      }
    } catch (ParavaneException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
  }

  private void place(BootRequest request) {
    try {
      assertThat(KernelLoader.place(request, memory).placed()).isNotEmpty();
    } catch (ParavaneException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
    }
  }

  private static Stream<Arguments> inputs(byte[]... files) {
    return Stream.of(files).map(file -> Arguments.of((Object) file));
  }

  private static byte[] elf64() {
    return elf64Builder().build();
  }

  private static byte[] elf32() {
    return elf32Builder().build();
  }

  private static ElfBuilder elf64Builder() {
    return ElfBuilder.elf64()
        .entry(0x1000000)
        .load(0xffffffff81000000L, 0x1000000, new byte[16], 64)
        .note("Xen", 5, "xen-3.0")
        .note("Xen", 18, 0x1000010L);
  }

  private static ElfBuilder elf32Builder() {
    return ElfBuilder.elf32()
        .entry(0x1000000)
        .load(0, 0x1000000, new byte[16], 64)
        .note("Xen", 18, 64L);
  }
}
