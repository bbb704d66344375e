package org.paravane.debug.symbols;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * An ELF file with a symbol table and sections without contents, for debuggers: what {@code objcopy --only-keep-debug}
 * leaves. It is ELF64 for 32-bit kernels too, since our debugger stub describes every processor as one of 64 bits.
 */
public final class SymbolFile {
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final long PAGE_BYTES = 0x1000;

  /** What lies between two symbols farther apart belongs to neither. */
  private static final long MOST_SYMBOL_BYTES = 64 << 20;

  private static final int SHT_SYMTAB = 2;
  private static final int SHT_STRTAB = 3;
  private static final int SHT_NOBITS = 8;
  private static final long SHF_WRITE = 1;
  private static final long SHF_ALLOC = 2;
  private static final long SHF_EXECINSTR = 4;
  private static final int SHN_ABS = 0xfff1;

  /** Whole pages of one kind. */
  private record Section(long start, long end, boolean code) {}

  private final List<Symbol> symbols;
  private final List<Section> sections = new ArrayList<>();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

  private SymbolFile(Symbols symbols) {
    this.symbols = symbols.all();
    divide(symbols);
  }

  /** The bytes of an ELF file that holds the symbols. */
  public static byte[] of(Symbols symbols) {
    return new SymbolFile(symbols).bytes();
  }

  /** Divides the kernel into sections: a page that holds a part of a function is code. */
  private void divide(Symbols ordered) {
    TreeMap<Long, Boolean> codePages = new TreeMap<>();
    for (int i = 0; i < ordered.count(); i++) {
      Symbol symbol = ordered.symbol(i);
      long next = i + 1 < ordered.count() ? ordered.symbol(i + 1).address() : symbol.address() + 1;
      long end =
          Math.min(Math.max(next, symbol.address() + 1), symbol.address() + MOST_SYMBOL_BYTES);
      for (long page = symbol.address() & -PAGE_BYTES; page < end; page += PAGE_BYTES) {
        codePages.merge(page, symbol.code(), Boolean::logicalOr);
      }
    }
    codePages.forEach((page, code) -> {
      Section last = sections.isEmpty() ? null : sections.getLast();
      if (last != null && last.end == page && last.code == code) {
        sections.removeLast();
        sections.add(new Section(last.start, page + PAGE_BYTES, code));
      } else {
        sections.add(new Section(page, page + PAGE_BYTES, code));
      }
    });
  }

  private byte[] bytes() {
    // Section 0 is null; then come ours, the symbol table, its strings and the section names.
    int table = sections.size() + 1;
    byte[] symbolTable = symbolTable();
    byte[] symbolNames = strings.toByteArray();
    strings.reset();
    strings.write(0);
    long symbolsAt = HEADER_BYTES;
    long namesAt = symbolsAt + symbolTable.length;
    List<byte[]> headers = new ArrayList<>();
    headers.add(new byte[SECTION_BYTES]);
    for (Section section : sections) {
      long flags = SHF_ALLOC | (section.code ? SHF_EXECINSTR : SHF_WRITE);
      headers.add(
          header(
              name(section.code ? ".text" : ".data"),
              SHT_NOBITS,
              flags,
              section.start,
              HEADER_BYTES,
              section.end - section.start,
              0,
              0));
    }
    headers.add(
        header(
            name(".symtab"),
            SHT_SYMTAB,
            0,
            0,
            symbolsAt,
            symbolTable.length,
            table + 1,
            SYMBOL_BYTES));
    headers.add(header(name(".strtab"), SHT_STRTAB, 0, 0, namesAt, symbolNames.length, 0, 0));
    int sectionNamesName = name(".shstrtab");
    byte[] sectionNames = strings.toByteArray();
    long sectionNamesAt = namesAt + symbolNames.length;
    headers.add(
        header(sectionNamesName, SHT_STRTAB, 0, 0, sectionNamesAt, sectionNames.length, 0, 0));
    long headersAt = sectionNamesAt + sectionNames.length + 7 & -8;
    ByteBuffer out = littleEndian((int) headersAt + headers.size() * SECTION_BYTES);
    out.put(fileHeader(headersAt, headers.size()));
    out.put(symbolTable).put(symbolNames).put(sectionNames).position((int) headersAt);
    headers.forEach(out::put);
    return out.array();
  }

  private static byte[] fileHeader(long sectionsAt, int sectionCount) {
    ByteBuffer header = littleEndian(HEADER_BYTES);
    header.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    header.putShort((short) 2).putShort((short) 62).putInt(1);
    header.putLong(0).putLong(0).putLong(sectionsAt).putInt(0);
    header.putShort((short) HEADER_BYTES).putShort((short) 0).putShort((short) 0);
    header.putShort((short) SECTION_BYTES).putShort((short) sectionCount);
    header.putShort((short) (sectionCount - 1));
    return header.array();
  }

  private static byte[] header(
      int name,
      int type,
      long flags,
      long address,
      long offset,
      long sizeBytes,
      int link,
      int entryBytes) {
    ByteBuffer header = littleEndian(SECTION_BYTES);
    header.putInt(name).putInt(type).putLong(flags).putLong(address).putLong(offset);
    // In a symbol table "info" is the first symbol that is not local.
    header.putLong(sizeBytes).putInt(link).putInt(type == SHT_SYMTAB ? 1 : 0).putLong(1);
    header.putLong(entryBytes);
    return header.array();
  }

  private byte[] symbolTable() {
    ByteBuffer table = littleEndian((symbols.size() + 1) * SYMBOL_BYTES);
    table.position(SYMBOL_BYTES);
    strings.write(0);
    for (Symbol symbol : symbols) {
      int section = symbol.absolute() ? SHN_ABS : sectionOf(symbol.address());
      int kind = symbol.absolute() ? 0 : symbol.code() ? 2 : 1;
      table.putInt(name(symbol.name())).put((byte) (1 << 4 | kind)).put((byte) 0);
      table.putShort((short) section).putLong(symbol.address()).putLong(0);
    }
    return table.array();
  }

  private int sectionOf(long address) {
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      if (address - section.start >= 0 && address - section.end < 0) {
        return i + 1;
      }
    }
    return SHN_ABS;
  }

  private int name(String text) {
    int at = strings.size();
    strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
    return at;
  }

  private static ByteBuffer littleEndian(int sizeBytes) {
    return ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
