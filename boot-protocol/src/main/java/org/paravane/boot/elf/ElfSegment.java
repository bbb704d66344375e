package org.paravane.boot.elf;

/**
 * One PT_LOAD segment, as {@code p_offset}, {@code p_vaddr}, {@code p_paddr}, {@code p_filesz}, {@code p_memsz} and
 * {@code p_flags}. The file range is known to lie in the file and {@code p_paddr + p_memsz} not to wrap.
 *
 * @param fileOffset byte offset of its contents in the file
 * @param virtualAddress linear address it is linked at
 * @param physicalAddress guest-physical address it is placed at
 * @param fileBytes bytes that come from the file
 * @param memoryBytes bytes it occupies; those behind {@code fileBytes} are zero
 * @param flags PF_X 1, PF_W 2, PF_R 4
 */
public record ElfSegment(
    long fileOffset,
    long virtualAddress,
    long physicalAddress,
    long fileBytes,
    long memoryBytes,
    int flags) {
  /** The first guest-physical address behind the segment. */
  public long physicalEnd() {
    return physicalAddress + memoryBytes;
  }
}
