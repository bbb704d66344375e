package org.paravane.boot.elf;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * The notes of a file, in file order.
 *
 * @param all every note of every owner
 */
public record ElfNotes(List<ElfNote> all) {
  private static final int HEADER_BYTES = 12;
  private static final int MOST_NOTES = 4096;
  private static final String XEN = "Xen";

  /** Makes a copy of the list. */
  public ElfNotes {
    all = List.copyOf(all);
  }

  /** Tells whether any note is owned by Xen. */
  public boolean hasXen() {
    return all.stream().anyMatch(note -> note.owner().equals(XEN));
  }

  /** The Xen note of a type; the first if there are several. */
  public Optional<ElfNote> xen(XenNoteType type) {
    return all.stream()
        .filter(note -> note.owner().equals(XEN) && note.type() == type.ordinal())
        .findFirst();
  }

  /** The number in a Xen note. */
  public OptionalLong xenNumber(XenNoteType type) {
    return xen(type).map(ElfNote::number).orElse(OptionalLong.empty());
  }

  /** The text in a Xen note. */
  public Optional<String> xenText(XenNoteType type) {
    return xen(type).map(ElfNote::text);
  }

  /**
   * Reads the notes of one PT_NOTE segment or SHT_NOTE section.
   *
   * @param alignment of the fields: 8 where the header says so, else 4
   * @param notes receives them
   */
  static void read(ImageBytes area, long alignment, List<ElfNote> notes) {
    long step = alignment == 8 ? 8 : 4;
    long position = 0;
    while (area.contains(position, HEADER_BYTES)) {
      long nameBytes = area.u32(position, "note name size");
      long descriptorBytes = area.u32(position + 4, "note descriptor size");
      long type = area.u32(position + 8, "note type");
      long nameAt = position + HEADER_BYTES;
      long descriptorAt = alignUp(nameAt + nameBytes, step);
      ImageBytes descriptor = area.slice(descriptorAt, descriptorBytes, "note descriptor");
      String owner = area.text(nameAt, (int) nameBytes, "note name");
      if (notes.size() == MOST_NOTES) {
        throw area.fault(
            ImageError.IMAGE_MALFORMED, position, "the file has more than %d notes", MOST_NOTES);
      }
      int from = descriptor.arrayOffset();
      byte[] copy = Arrays.copyOfRange(descriptor.array(), from, from + descriptor.length());
      notes.add(new ElfNote(owner, type, copy));
      position = alignUp(descriptorAt + descriptorBytes, step);
    }
  }

  private static long alignUp(long value, long step) {
    return (value + step - 1) & -step;
  }
}
