package org.paravane.boot.elf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * A little-endian x86 ELF file, checked: segments lie in the file, don't wrap and don't overlap in guest-physical
 * memory.
 *
 * @param bytes the file
 * @param wide whether it is ELF64
 * @param machine {@code e_machine}: 3 (386) or 62 (x86-64)
 * @param entry {@code e_entry} as it stands in the file
 * @param segments the PT_LOAD segments that occupy memory, in ascending physical order
 * @param notes from PT_NOTE, or from SHT_NOTE sections where there is no PT_NOTE
 */
public record ElfFile(
    ImageBytes bytes,
    boolean wide,
    int machine,
    long entry,
    List<ElfSegment> segments,
    ElfNotes notes) {
  /** EM_386. */
  public static final int MACHINE_386 = 3;

  /** EM_X86_64. */
  public static final int MACHINE_X86_64 = 62;

  private static final int TYPE_EXEC = 2;
  private static final int TYPE_DYN = 3;
  private static final int PT_LOAD = 1;
  private static final int PT_NOTE = 4;
  private static final int SHT_NOTE = 7;

  /** Physical addresses have at most 52 bits on x86-64. */
  private static final long PHYSICAL_LIMIT = 1L << 52;

  /** Tells whether data begins as an ELF file. */
  public static boolean matches(ImageBytes data) {
    return data.startsWith(0, 0x7f, 'E', 'L', 'F');
  }

  /**
   * Parses a file.
   *
   * @throws org.paravane.boot.format.ImageException if it isn't a loadable x86 ELF file
   */
  public static ElfFile parse(ImageBytes bytes) {
    int fileClass = bytes.u8(4, "ELF class");
    if (fileClass != 1 && fileClass != 2) {
      throw bytes.fault(
          ImageError.IMAGE_MALFORMED,
          4,
          "ELF class %d is neither 32-bit (1) nor 64-bit (2)",
          fileClass);
    }
    boolean wide = fileClass == 2;
    if (bytes.u8(5, "ELF data encoding") != 1) {
      throw bytes.fault(
          ImageError.IMAGE_UNSUPPORTED, 5, "the ELF file is not little-endian, so not for x86");
    }
    int type = bytes.u16(16, "ELF type");
    if (type != TYPE_EXEC && type != TYPE_DYN) {
      throw bytes.fault(
          ImageError.IMAGE_UNSUPPORTED,
          16,
          "ELF type %d is not an executable (2 or 3); link it to a kernel first",
          type);
    }
    int machine = bytes.u16(18, "ELF machine");
    if (machine != MACHINE_X86_64 && (wide || machine != MACHINE_386)) {
      throw bytes.fault(
          ImageError.IMAGE_UNSUPPORTED,
          18,
          "ELF machine %d is not x86 (3) or x86-64 (62)",
          machine);
    }
    long entry = wide ? bytes.u64(24, "ELF entry") : bytes.u32(24, "ELF entry");
    List<ElfSegment> segments = new ArrayList<>();
    List<ElfNote> notes = new ArrayList<>();
    boolean noteSegmentSeen = false;
    ElfTable headers = ElfTable.programHeaders(bytes, wide);
    for (int i = 0; i < headers.count(); i++) {
      long at = headers.at(i);
      long headerType = bytes.u32(at, "program header type");
      if (headerType == PT_LOAD) {
        ElfSegment segment = segment(bytes, wide, at, i);
        if (segment.memoryBytes() != 0) {
          segments.add(segment);
        }
      } else if (headerType == PT_NOTE) {
        noteSegmentSeen = true;
        long offset = wide ? bytes.u64(at + 8, "note offset") : bytes.u32(at + 4, "note offset");
        long size = wide ? bytes.u64(at + 32, "note size") : bytes.u32(at + 16, "note size");
        long align =
            wide ? bytes.u64(at + 48, "note alignment") : bytes.u32(at + 28, "note alignment");
        ElfNotes.read(bytes.slice(offset, size, "note segment"), align, notes);
      }
    }
    if (!noteSegmentSeen) {
      readNoteSections(bytes, wide, notes);
    }
    segments.sort(Comparator.comparingLong(ElfSegment::physicalAddress));
    checkNoOverlap(bytes, segments);
    return new ElfFile(bytes, wide, machine, entry, List.copyOf(segments), new ElfNotes(notes));
  }

  /** The lowest guest-physical address of the segments; 0 if there are none. */
  public long physicalStart() {
    return segments.isEmpty() ? 0 : segments.getFirst().physicalAddress();
  }

  /** The first guest-physical address behind the segments; 0 if there are none. */
  public long physicalEnd() {
    return segments.isEmpty() ? 0 : segments.getLast().physicalEnd();
  }

  /**
   * The guest-physical address of an address in the file: physical addresses of segments stand for themselves, linear
   * ones are translated by their segment.
   */
  public OptionalLong physicalAddressOf(long address) {
    for (ElfSegment segment : segments) {
      if (address >= segment.physicalAddress() && address < segment.physicalEnd()) {
        return OptionalLong.of(address);
      }
    }
    for (ElfSegment segment : segments) {
      long offset = address - segment.virtualAddress();
      if (offset >= 0 && offset < segment.memoryBytes()) {
        return OptionalLong.of(segment.physicalAddress() + offset);
      }
    }
    return OptionalLong.empty();
  }

  private static ElfSegment segment(ImageBytes bytes, boolean wide, long at, int index) {
    ElfSegment segment =
        wide
            ? new ElfSegment(
                bytes.u64(at + 8, "segment offset"),
                bytes.u64(at + 16, "segment address"),
                bytes.u64(at + 24, "segment physical address"),
                bytes.u64(at + 32, "segment file size"),
                bytes.u64(at + 40, "segment memory size"),
                (int) bytes.u32(at + 4, "segment flags"))
            : new ElfSegment(
                bytes.u32(at + 4, "segment offset"),
                bytes.u32(at + 8, "segment address"),
                bytes.u32(at + 12, "segment physical address"),
                bytes.u32(at + 16, "segment file size"),
                bytes.u32(at + 20, "segment memory size"),
                (int) bytes.u32(at + 24, "segment flags"));
    bytes.slice(segment.fileOffset(), segment.fileBytes(), "contents of segment " + index);
    if (Long.compareUnsigned(segment.fileBytes(), segment.memoryBytes()) > 0) {
      throw bytes.fault(
          ImageError.IMAGE_MALFORMED,
          at,
          "segment %d has %d bytes in the file but only %d in memory",
          index,
          segment.fileBytes(),
          segment.memoryBytes());
    }
    long limit = wide ? PHYSICAL_LIMIT : 1L << 32;
    long start = segment.physicalAddress();
    long size = segment.memoryBytes();
    if (start < 0 || start > limit || size < 0 || size > limit - start) {
      throw bytes.fault(
          ImageError.IMAGE_MALFORMED,
          at,
          "segment %d (physical address %#x, %s bytes) reaches beyond the physical address space",
          index,
          start,
          Long.toUnsignedString(size));
    }
    return segment;
  }

  private static void checkNoOverlap(ImageBytes bytes, List<ElfSegment> ascending) {
    for (int i = 1; i < ascending.size(); i++) {
      ElfSegment below = ascending.get(i - 1);
      ElfSegment above = ascending.get(i);
      if (below.physicalEnd() > above.physicalAddress()) {
        throw bytes.fault(
            ImageError.IMAGE_OVERLAPPING_SEGMENTS,
            above.fileOffset(),
            "segments at physical addresses %#x and %#x overlap by %d bytes",
            below.physicalAddress(),
            above.physicalAddress(),
            below.physicalEnd() - above.physicalAddress());
      }
    }
  }

  private static void readNoteSections(ImageBytes bytes, boolean wide, List<ElfNote> notes) {
    ElfTable headers = ElfTable.sectionHeaders(bytes, wide);
    for (int i = 0; i < headers.count(); i++) {
      long at = headers.at(i);
      if (bytes.u32(at + 4, "section type") == SHT_NOTE) {
        long offset =
            wide ? bytes.u64(at + 24, "section offset") : bytes.u32(at + 16, "section offset");
        long size = wide ? bytes.u64(at + 32, "section size") : bytes.u32(at + 20, "section size");
        long align =
            wide
                ? bytes.u64(at + 48, "section alignment")
                : bytes.u32(at + 32, "section alignment");
        ElfNotes.read(bytes.slice(offset, size, "note section"), align, notes);
      }
    }
  }
}
