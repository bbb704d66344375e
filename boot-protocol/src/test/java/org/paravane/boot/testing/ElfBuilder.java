package org.paravane.boot.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts small ELF executables together. Contents begin at file offset 0x1000. */
public final class ElfBuilder {
  private static final int CONTENTS_OFFSET = 0x1000;

  private record Segment(
      int type, long vaddr, long paddr, int offset, int fileBytes, long memoryBytes) {}

  private final boolean wide;
  private final List<Segment> segments = new ArrayList<>();
  private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
  private long entry;

  private ElfBuilder(boolean wide) {
    this.wide = wide;
  }

  public static ElfBuilder elf64() {
    return new ElfBuilder(true);
  }

  public static ElfBuilder elf32() {
    return new ElfBuilder(false);
  }

  public ElfBuilder entry(long address) {
    entry = address;
    return this;
  }

  public ElfBuilder load(long vaddr, long paddr, byte[] bytes, long memoryBytes) {
    segments.add(
        new Segment(1, vaddr, paddr, CONTENTS_OFFSET + contents.size(), bytes.length, memoryBytes));
    contents.writeBytes(bytes);
    return this;
  }

  public ElfBuilder note(String owner, int type, byte[] descriptor) {
    byte[] name = (owner + "\0").getBytes(StandardCharsets.US_ASCII);
    notes.writeBytes(little(12).putInt(name.length).putInt(descriptor.length).putInt(type).array());
    notes.writeBytes(padded(name));
    notes.writeBytes(padded(descriptor));
    return this;
  }

  public ElfBuilder note(String owner, int type, String text) {
    return note(owner, type, (text + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  public ElfBuilder note(String owner, int type, long number) {
    return note(owner, type, little(8).putLong(number).array());
  }

  /** The file, its notes in a PT_NOTE segment. */
  public byte[] build() {
    List<Segment> headers = new ArrayList<>(segments);
    int notesAt = CONTENTS_OFFSET + contents.size();
    if (notes.size() > 0) {
      headers.add(new Segment(4, 0, 0, notesAt, notes.size(), notes.size()));
    }
    ByteBuffer file = little(notesAt + notes.size());
    fileHeader(file, headers.size(), 0, 0);
    int at = wide ? 64 : 52;
    for (Segment segment : headers) {
      programHeader(file, at, segment);
      at += wide ? 56 : 32;
    }
    return file.put(CONTENTS_OFFSET, contents.toByteArray())
        .put(notesAt, notes.toByteArray())
        .array();
  }

  /** The file, its notes in an SHT_NOTE section only. */
  public byte[] buildWithNoteSection() {
    int notesAt = CONTENTS_OFFSET + contents.size();
    int sectionsAt = notesAt + notes.size();
    int sectionBytes = wide ? 64 : 40;
    ByteBuffer file = little(sectionsAt + 2 * sectionBytes);
    fileHeader(file, segments.size(), sectionsAt, 2);
    int at = wide ? 64 : 52;
    for (Segment segment : segments) {
      programHeader(file, at, segment);
      at += wide ? 56 : 32;
    }
    int section = sectionsAt + sectionBytes;
    file.putInt(section + 4, 7);
    if (wide) {
      file.putLong(section + 24, notesAt)
          .putLong(section + 32, notes.size())
          .putLong(section + 48, 4);
    } else {
      file.putInt(section + 16, notesAt).putInt(section + 20, notes.size()).putInt(section + 32, 4);
    }
    return file.put(CONTENTS_OFFSET, contents.toByteArray())
        .put(notesAt, notes.toByteArray())
        .array();
  }

  private void fileHeader(ByteBuffer file, int headers, int sectionsAt, int sections) {
    file.put(0, new byte[] {0x7f, 'E', 'L', 'F', (byte) (wide ? 2 : 1), 1, 1});
    file.putShort(16, (short) 2).putShort(18, (short) (wide ? 62 : 3)).putInt(20, 1);
    if (wide) {
      file.putLong(24, entry).putLong(32, 64).putLong(40, sectionsAt);
      file.putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) headers);
      file.putShort(58, (short) 64).putShort(60, (short) sections);
    } else {
      file.putInt(24, (int) entry).putInt(28, 52).putInt(32, sectionsAt);
      file.putShort(40, (short) 52).putShort(42, (short) 32).putShort(44, (short) headers);
      file.putShort(46, (short) 40).putShort(48, (short) sections);
    }
  }

  private void programHeader(ByteBuffer file, int at, Segment segment) {
    file.putInt(at, segment.type);
    if (wide) {
      file.putInt(at + 4, 7).putLong(at + 8, segment.offset).putLong(at + 16, segment.vaddr);
      file.putLong(at + 24, segment.paddr).putLong(at + 32, segment.fileBytes);
      file.putLong(at + 40, segment.memoryBytes).putLong(at + 48, 4);
    } else {
      file.putInt(at + 4, segment.offset)
          .putInt(at + 8, (int) segment.vaddr)
          .putInt(at + 12, (int) segment.paddr);
      file.putInt(at + 16, segment.fileBytes).putInt(at + 20, (int) segment.memoryBytes);
      file.putInt(at + 24, 7).putInt(at + 28, 4);
    }
  }

  private static byte[] padded(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length + 3 & -4);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
