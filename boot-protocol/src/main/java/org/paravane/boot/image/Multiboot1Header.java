package org.paravane.boot.image;

import java.util.Optional;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * A multiboot 1 header. Source: Multiboot Specification 0.6.96 section 3.1.
 *
 * @param fileOffset where in the file it is
 * @param flags bit 0 page-align modules, bit 1 memory wanted, bit 2 video mode wanted, bit 16 addresses given
 * @param addresses where to load a file that isn't ELF; present with flag bit 16
 */
public record Multiboot1Header(int fileOffset, long flags, Optional<LoadAddresses> addresses) {
  private static final int SEARCH_BYTES = 8192;
  private static final long MAGIC = 0x1badb002L;
  private static final long ADDRESSES_GIVEN = 1 << 16;

  /** Flags 0-15 that are not listed here are requirements that no loader has to know. */
  private static final long KNOWN_REQUIREMENTS = 0x7;

  /** Finds the header in the first 8 KiB. */
  static Optional<Multiboot1Header> find(ImageBytes file) {
    for (int at = 0; at < SEARCH_BYTES && file.contains(at, 12); at += 4) {
      if (file.u32(at, "magic") == MAGIC) {
        long flags = file.u32(at + 4, "flags");
        if ((int) (MAGIC + flags + file.u32(at + 8, "checksum")) == 0) {
          return Optional.of(read(file, at, flags));
        }
      }
    }
    return Optional.empty();
  }

  private static Multiboot1Header read(ImageBytes file, int at, long flags) {
    if ((flags & 0xffff & ~KNOWN_REQUIREMENTS) != 0) {
      throw file.fault(
          ImageError.IMAGE_UNSUPPORTED,
          at + 4L,
          "the multiboot header requires unknown features (flags %#x)",
          flags);
    }
    if ((flags & ADDRESSES_GIVEN) == 0) {
      return new Multiboot1Header(at, flags, Optional.empty());
    }
    LoadAddresses addresses =
        LoadAddresses.of(
            file,
            at,
            file.u32(at + 12, "multiboot header address"),
            file.u32(at + 16, "multiboot load address"),
            file.u32(at + 20, "multiboot load end"),
            file.u32(at + 24, "multiboot bss end"),
            file.u32(at + 28, "multiboot entry"));
    return new Multiboot1Header(at, flags, Optional.of(addresses));
  }
}
