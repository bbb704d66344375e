package org.paravane.boot.placement;

import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.elf.ElfSegment;
import org.paravane.boot.format.ImageBytes;
import org.paravane.core.memory.GuestMemory;

/** Places an ELF file's segments at their physical addresses. */
public final class ElfPlacement {
  private ElfPlacement() {}

  /**
   * Writes every segment and clears what it has beyond its file contents.
   *
   * @throws BootException if a segment lies outside RAM or where something else is
   */
  public static void place(ElfFile elf, PhysicalLayout layout, GuestMemory memory) {
    ImageBytes file = elf.bytes();
    for (ElfSegment segment : elf.segments()) {
      layout.claim("kernel segment", segment.physicalAddress(), segment.memoryBytes());
      int fileOffset = file.arrayOffset() + (int) segment.fileOffset();
      int fileBytes = (int) segment.fileBytes();
      memory.write(segment.physicalAddress(), file.array(), fileOffset, fileBytes);
      memory.zero(segment.physicalAddress() + fileBytes, segment.memoryBytes() - fileBytes);
    }
  }
}
