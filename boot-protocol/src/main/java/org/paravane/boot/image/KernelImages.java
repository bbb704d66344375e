package org.paravane.boot.image;

import java.util.Optional;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.payload.Compression;

/** Finds out what a kernel file is. */
public final class KernelImages {
  private static final int MOST_WRAPPINGS = 3;

  /** Where an MZ file says where its PE header is. */
  private static final int PE_OFFSET_FIELD = 0x3c;

  private KernelImages() {}

  /**
   * Parses a kernel file, unpacking it first if the file as a whole is compressed. Only contents count, never the name.
   *
   * @param file the file's bytes; not copied, must not be changed afterwards
   * @param name what the user calls it, for messages
   * @throws org.paravane.boot.format.ImageException if it is no kernel that can be booted
   */
  public static KernelImage parse(byte[] file, String name) {
    ImageBytes bytes = ImageBytes.of(name, file);
    for (int wrappings = 0; ; wrappings++) {
      Optional<KernelImage> image = parseUnwrapped(bytes);
      if (image.isPresent()) {
        return image.get();
      }
      Optional<Compression> compression = Compression.sniff(bytes);
      if (compression.isEmpty() || wrappings == MOST_WRAPPINGS) {
        throw unknown(bytes, wrappings);
      }
      bytes = compression.get().unpack(bytes);
    }
  }

  private static Optional<KernelImage> parseUnwrapped(ImageBytes bytes) {
    if (SetupHeader.matches(bytes)) {
      return Optional.of(BzImage.parse(bytes));
    }
    if (isEfiProgram(bytes)) {
      throw bytes.fault(
          ImageError.IMAGE_UNSUPPORTED,
          0,
          "this is an EFI program, which needs firmware to run; give the kernel's bzImage, ELF or multiboot file");
    }
    Optional<MultibootImage> multiboot = MultibootImage.parse(bytes);
    if (multiboot.isPresent()) {
      return Optional.of(multiboot.get());
    }
    if (!ElfFile.matches(bytes)) {
      return Optional.empty();
    }
    ElfFile elf = ElfFile.parse(bytes);
    if (elf.segments().isEmpty()) {
      throw bytes.fault(
          ImageError.IMAGE_MALFORMED,
          0,
          "the ELF file has no loadable segment; it is not a kernel");
    }
    return Optional.of(new ElfKernel(elf));
  }

  private static boolean isEfiProgram(ImageBytes bytes) {
    return bytes.startsWith(0, 'M', 'Z')
        && bytes.contains(PE_OFFSET_FIELD, 4)
        && bytes.startsWith(bytes.u32(PE_OFFSET_FIELD, "PE header offset"), 'P', 'E', 0, 0);
  }

  private static RuntimeException unknown(ImageBytes bytes, int wrappings) {
    if (bytes.length() == 0) {
      return bytes.fault(ImageError.IMAGE_TRUNCATED, 0, "the file is empty");
    }
    return bytes.fault(
        ImageError.IMAGE_UNKNOWN_FORMAT,
        0,
        "%sthis is not a kernel Paravane knows (bzImage, ELF, multiboot 1 or 2); its first byte is %#04x",
        wrappings == 0 ? "" : "unpacked %d times, ".formatted(wrappings),
        bytes.u8(0, "first byte"));
  }
}
