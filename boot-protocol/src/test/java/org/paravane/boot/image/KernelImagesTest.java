package org.paravane.boot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.format.ImageException;
import org.paravane.boot.payload.Compression;
import org.paravane.boot.testing.BzImageBuilder;
import org.paravane.boot.testing.Compressors;
import org.paravane.boot.testing.ElfBuilder;
import org.paravane.boot.testing.MultibootBuilder;

class KernelImagesTest {
  private static final byte[] ELF =
      ElfBuilder.elf64()
          .entry(0x1000000)
          .load(0, 0x1000000, new byte[64], 64)
          .note("Xen", 5, "xen-3.0")
          .note("Xen", 18, 0x1000010L)
          .build();

  @ParameterizedTest
  @EnumSource
  void unpacksBzImagesOfEveryCompression(Compression compression) {
    byte[] packed = Compressors.compress(compression, ELF);
    BzImageBuilder builder = new BzImageBuilder();
    boolean sizeAppended = compression != Compression.NONE && compression != Compression.GZIP;
    byte[] file =
        (sizeAppended ? builder.payload(packed, ELF.length) : builder.payload(packed)).build();

    KernelImage image = KernelImages.parse(file, "vmlinuz");

    assertThat(image).isInstanceOf(BzImage.class);
    assertThat(((BzImage) image).compression()).contains(compression);
    assertThat(image.elfKernel().orElseThrow().elf().bytes().length()).isEqualTo(ELF.length);
    assertThat(image.protocols())
        .containsExactly(BootProtocol.LINUX, BootProtocol.PVH, BootProtocol.XEN_PV);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void unwrapsFilesThatAreCompressedAsAWhole(Compression compression) {
    KernelImage image = KernelImages.parse(Compressors.compress(compression, ELF), "anything.txt");

    assertThat(image).isInstanceOf(ElfKernel.class);
    assertThat(((ElfKernel) image).physicalEntry()).isEqualTo(0x1000000);
  }

  @Test
  void tellsMultibootKernelsFromOtherElfFiles() {
    KernelImage image = KernelImages.parse(MultibootBuilder.elf1(), "kernel");

    assertThat(image).isInstanceOf(MultibootImage.class);
    assertThat(image.protocols()).containsExactly(BootProtocol.MULTIBOOT_1);
  }

  @Test
  void describesABzImage() {
    byte[] file = new BzImageBuilder().payload(Compressors.compress(Compression.GZIP, ELF)).build();

    ImageDescription description = KernelImages.parse(file, "vmlinuz").describe();

    assertThat(description.format()).isEqualTo("Linux bzImage");
    assertThat(description.facts())
        .contains(
            new ImageDescription.Fact("kernel version", "9.8.7-test"),
            new ImageDescription.Fact("boot protocol", "2.15"),
            new ImageDescription.Fact("compression", "gzip"),
            new ImageDescription.Fact("note Xen PHYS32_ENTRY", "0x1000010"),
            new ImageDescription.Fact("note Xen XEN_VERSION", "xen-3.0"));
  }

  @Test
  void refusesWhatIsNoKernel() {
    assertRefused(
        "not a kernel at all".getBytes(StandardCharsets.US_ASCII), ImageError.IMAGE_UNKNOWN_FORMAT);
    assertRefused(new byte[0], ImageError.IMAGE_TRUNCATED);
  }

  @Test
  void saysOfAnEfiProgramThatItIsOne() {
    byte[] file = new byte[256];
    System.arraycopy(new byte[] {'M', 'Z'}, 0, file, 0, 2);
    file[0x3c] = 0x40;
    System.arraycopy(new byte[] {'P', 'E', 0, 0}, 0, file, 0x40, 4);

    assertRefused(file, ImageError.IMAGE_UNSUPPORTED);
  }

  @Test
  void refusesBootProtocolsBefore206() {
    assertRefused(new BzImageBuilder().version(0x0205).build(), ImageError.IMAGE_PROTOCOL_TOO_OLD);
  }

  @Test
  void refusesATruncatedBzImage() {
    byte[] file = new BzImageBuilder().payload(Compressors.compress(Compression.GZIP, ELF)).build();

    assertRefused(Arrays.copyOf(file, file.length - 100), ImageError.IMAGE_TRUNCATED);
  }

  @Test
  void stopsUnwrappingAfterAFewLayers() {
    byte[] file = ELF;
    for (int i = 0; i < 6; i++) {
      file = Compressors.compress(Compression.GZIP, file);
    }
    assertRefused(file, ImageError.IMAGE_UNKNOWN_FORMAT);
  }

  private static void assertRefused(byte[] file, ImageError error) {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> KernelImages.parse(file, "file"))
        .returns(error, ImageException::error);
  }
}
