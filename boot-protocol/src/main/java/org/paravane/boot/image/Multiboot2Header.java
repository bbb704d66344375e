package org.paravane.boot.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * A multiboot 2 header. Source: Multiboot2 Specification 2.0 section 3.1.
 *
 * @param fileOffset where in the file it is
 * @param requestedTags types of information that the kernel can't do without
 * @param addresses where to load a file that isn't ELF
 * @param entry guest-physical entry, instead of the ELF entry
 */
public record Multiboot2Header(
    int fileOffset,
    List<Integer> requestedTags,
    Optional<LoadAddresses> addresses,
    OptionalLong entry) {
  private static final int SEARCH_BYTES = 32768;
  private static final long MAGIC = 0xe85250d6L;
  private static final int HEADER_BYTES = 16;
  private static final int TAG_END = 0;
  private static final int TAG_INFORMATION_REQUEST = 1;
  private static final int TAG_ADDRESS = 2;
  private static final int TAG_ENTRY = 3;
  private static final int TAG_CONSOLE = 4;
  private static final int TAG_MODULE_ALIGNMENT = 6;
  private static final int TAG_RELOCATABLE = 10;
  private static final int FLAG_OPTIONAL = 1;

  /** A load address that means: load the file from its beginning. */
  private static final long FROM_FILE_START = 0xffff_ffffL;

  /** Finds the header in the first 32 KiB. */
  static Optional<Multiboot2Header> find(ImageBytes file) {
    for (int at = 0; at < SEARCH_BYTES && file.contains(at, HEADER_BYTES); at += 8) {
      if (file.u32(at, "magic") == MAGIC) {
        long architecture = file.u32(at + 4, "architecture");
        long length = file.u32(at + 8, "header length");
        if ((int) (MAGIC + architecture + length + file.u32(at + 12, "checksum")) == 0) {
          return Optional.of(
              read(file.slice(0, at + length, "multiboot 2 header"), file, at, architecture));
        }
      }
    }
    return Optional.empty();
  }

  private static Multiboot2Header read(
      ImageBytes header, ImageBytes file, int start, long architecture) {
    if (architecture != 0) {
      throw file.fault(
          ImageError.IMAGE_UNSUPPORTED,
          start + 4L,
          "multiboot 2 architecture %d is not i386 (0)",
          architecture);
    }
    List<Integer> requested = new ArrayList<>();
    long[] address = null;
    OptionalLong entry = OptionalLong.empty();
    long at = start + (long) HEADER_BYTES;
    while (true) {
      int type = header.u16(at, "multiboot 2 tag");
      int flags = header.u16(at + 2, "multiboot 2 tag flags");
      long size = header.u32(at + 4, "multiboot 2 tag size");
      if (type == TAG_END) {
        break;
      }
      if (size < 8) {
        throw file.fault(
            ImageError.IMAGE_MALFORMED,
            at,
            "multiboot 2 tag %d has an impossible size of %d",
            type,
            size);
      }
      header.slice(at, size, "multiboot 2 tag");
      switch (type) {
        case TAG_INFORMATION_REQUEST -> {
          for (long i = 8; i + 4 <= size && (flags & FLAG_OPTIONAL) == 0; i += 4) {
            requested.add((int) header.u32(at + i, "requested tag"));
          }
        }
        case TAG_ADDRESS -> {
          address = new long[4];
          for (int i = 0; i < address.length; i++) {
            address[i] = header.u32(at + 8 + 4L * i, "multiboot 2 address");
          }
        }
        case TAG_ENTRY -> entry = OptionalLong.of(header.u32(at + 8, "multiboot 2 entry"));
        case TAG_CONSOLE, TAG_MODULE_ALIGNMENT, TAG_RELOCATABLE -> {}
        default -> {
          if ((flags & FLAG_OPTIONAL) == 0) {
            throw file.fault(
                ImageError.IMAGE_UNSUPPORTED,
                at,
                "the kernel requires multiboot 2 feature %d",
                type);
          }
        }
      }
      at += size + 7 & -8;
    }
    if (address == null) {
      return new Multiboot2Header(start, List.copyOf(requested), Optional.empty(), entry);
    }
    if (entry.isEmpty()) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED, start, "the multiboot 2 header gives addresses but no entry");
    }
    long load = address[1] == FROM_FILE_START ? address[0] - start : address[1];
    LoadAddresses addresses =
        LoadAddresses.of(file, start, address[0], load, address[2], address[3], entry.getAsLong());
    return new Multiboot2Header(start, List.copyOf(requested), Optional.of(addresses), entry);
  }
}
