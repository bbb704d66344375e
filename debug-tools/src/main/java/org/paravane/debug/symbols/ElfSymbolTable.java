package org.paravane.debug.symbols;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageException;

/** Reads SHT_SYMTAB of an ELF file (System V ABI, chapter 4, "Symbol Table"). */
final class ElfSymbolTable {
  private static final int SHT_SYMTAB = 2;
  private static final int SHT_NOBITS = 8;
  private static final int SHN_UNDEF = 0;
  private static final int SHN_LORESERVE = 0xff00;
  private static final int STT_FUNC = 2;
  private static final int STT_SECTION = 3;
  private static final int STT_FILE = 4;
  private static final long SHF_WRITE = 1;
  private static final long SHF_EXECINSTR = 4;

  private final ImageBytes bytes;
  private final boolean wide;
  private final long sections;
  private final int sectionBytes;
  private final int sectionCount;

  private ElfSymbolTable(ElfFile file) {
    bytes = file.bytes();
    wide = file.wide();
    sections = word(wide ? 40 : 32);
    sectionBytes = half(wide ? 58 : 46);
    sectionCount = half(wide ? 60 : 48);
  }

  /** The symbols with names; empty if the file has no symbol table, or a damaged one. */
  static Optional<Symbols> read(ElfFile file) {
    try {
      List<Symbol> symbols = new ElfSymbolTable(file).read();
      return symbols.isEmpty() ? Optional.empty() : Optional.of(Symbols.of(symbols));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private List<Symbol> read() {
    List<Symbol> symbols = new ArrayList<>();
    for (int i = 0; i < sectionCount; i++) {
      long header = sections + (long) i * sectionBytes;
      if (number(header + 4) == SHT_SYMTAB) {
        read(header, symbols);
      }
    }
    return symbols;
  }

  private void read(long header, List<Symbol> into) {
    long from = word(header + (wide ? 24 : 16));
    long sizeBytes = word(header + (wide ? 32 : 20));
    long entryBytes = wide ? 24 : 16;
    long strings = sections + number(header + (wide ? 40 : 24)) * sectionBytes;
    long names = word(strings + (wide ? 24 : 16));
    for (long at = from; at + entryBytes <= from + sizeBytes; at += entryBytes) {
      int info = bytes.u8(at + (wide ? 4 : 12), "symbol type");
      int section = half(at + (wide ? 6 : 14));
      int kind = info & 15;
      if (kind == STT_SECTION || kind == STT_FILE || section == SHN_UNDEF) {
        continue;
      }
      String name = bytes.text(names + number(at), Integer.MAX_VALUE, "symbol name");
      if (!name.isEmpty()) {
        char type = type(kind, section);
        into.add(
            new Symbol(
                word(at + (wide ? 8 : 4)),
                info >> 4 == 0 ? Character.toLowerCase(type) : type,
                name));
      }
    }
  }

  private char type(int kind, int section) {
    if (section >= SHN_LORESERVE || section >= sectionCount) {
      return 'A';
    }
    long header = sections + (long) section * sectionBytes;
    long flags = word(header + 8);
    if (kind == STT_FUNC || (flags & SHF_EXECINSTR) != 0) {
      return 'T';
    }
    if (number(header + 4) == SHT_NOBITS) {
      return 'B';
    }
    return (flags & SHF_WRITE) != 0 ? 'D' : 'R';
  }

  private int half(long at) {
    return bytes.u16(at, "section header");
  }

  private long number(long at) {
    return bytes.u32(at, "section header");
  }

  private long word(long at) {
    return wide ? bytes.u64(at, "section header") : bytes.u32(at, "section header");
  }
}
