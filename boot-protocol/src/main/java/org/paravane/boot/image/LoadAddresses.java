package org.paravane.boot.image;

import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * Where a multiboot image that isn't loaded as ELF goes: one range of the file to one range of memory, checked.
 *
 * @param fileOffset first byte of the file to load
 * @param loadAddress guest-physical address it goes to
 * @param fileBytes bytes to load
 * @param memoryBytes bytes to occupy; those behind {@code fileBytes} are zero
 * @param entry guest-physical entry
 */
public record LoadAddresses(
    long fileOffset, long loadAddress, long fileBytes, long memoryBytes, long entry) {
  /**
   * Works out the range from header fields, all unsigned 32-bit; 0 as an end means the rest of the file or no bss.
   *
   * @param headerOffset where the header is in the file
   */
  static LoadAddresses of(
      ImageBytes file,
      int headerOffset,
      long header,
      long load,
      long loadEnd,
      long bssEnd,
      long entry) {
    long fileOffset = headerOffset - (header - load);
    if (load < 0 || load > header || fileOffset < 0) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED,
          headerOffset,
          "the multiboot header at address %#x does not fit a load address of %#x",
          header,
          load);
    }
    if ((loadEnd != 0 && loadEnd < load) || (bssEnd != 0 && bssEnd < Math.max(load, loadEnd))) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED,
          headerOffset,
          "multiboot addresses are out of order: load %#x, load end %#x, bss end %#x",
          load,
          loadEnd,
          bssEnd);
    }
    long fileBytes = loadEnd == 0 ? file.length() - fileOffset : loadEnd - load;
    file.slice(fileOffset, fileBytes, "multiboot load range");
    long memoryBytes = Math.max(fileBytes, bssEnd == 0 ? 0 : bssEnd - load);
    if (load + memoryBytes > 1L << 32) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED, headerOffset, "the multiboot image reaches beyond 4 GiB");
    }
    if (entry < load || entry >= load + memoryBytes) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED,
          headerOffset,
          "the multiboot entry %#x lies outside the loaded image",
          entry);
    }
    return new LoadAddresses(fileOffset, load, fileBytes, memoryBytes, entry);
  }
}
