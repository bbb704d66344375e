package org.paravane.debug.disassembly;

import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.elf.ElfSegment;

/**
 * The bytes of an ELF file by the linear addresses that it is linked at, or else by the physical ones that it is loaded
 * at.
 *
 * @param elf the file
 */
public record ElfCode(ElfFile elf) implements ByteSource {
  @Override
  public int read(long address, byte[] into) {
    for (ElfSegment segment : elf.segments()) {
      long offset = address - segment.virtualAddress();
      if (Long.compareUnsigned(offset, segment.fileBytes()) < 0) {
        return copy(segment, offset, into);
      }
    }
    for (ElfSegment segment : elf.segments()) {
      long offset = address - segment.physicalAddress();
      if (Long.compareUnsigned(offset, segment.fileBytes()) < 0) {
        return copy(segment, offset, into);
      }
    }
    return 0;
  }

  private int copy(ElfSegment segment, long offset, byte[] into) {
    int count = (int) Math.min(into.length, segment.fileBytes() - offset);
    int from = Math.toIntExact(elf.bytes().arrayOffset() + segment.fileOffset() + offset);
    System.arraycopy(elf.bytes().array(), from, into, 0, count);
    return count;
  }
}
