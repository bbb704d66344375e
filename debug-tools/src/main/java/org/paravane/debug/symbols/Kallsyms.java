package org.paravane.debug.symbols;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;

/**
 * Finds and reads the tables that Linux keeps for /proc/kallsyms (scripts/kallsyms.c, kernel/kallsyms.c). Nothing points
 * at them, so they are known by what they hold: the table of tokens, its index, and the compressed names and markers
 * before it.
 *
 * <p>The order of the tables, each aligned to a word, where those in brackets are absent in some versions:
 *
 * <pre>
 *   before 6.4: addresses | offsets, relative base   number   names   markers   [sequence]   tokens   index
 *   since 6.4:  number   names   markers   tokens   index   addresses | offsets, relative base   [sequence]
 * </pre>
 */
final class Kallsyms {
  private static final int LEAST_SYMBOLS = 256;
  private static final int MOST_SYMBOLS = 2_000_000;

  /** Two bytes of length since 6.1. */
  private static final int MOST_NAME_BYTES = 0x3fff;

  private static final String TYPES = "AaBbCcDdGgIiNnRrSsTtUuVvWw?-";

  private final ImageBytes bytes;
  private final int wordBytes;
  private final KallsymsTokens tokens;
  private final List<String> names = new ArrayList<>();

  /** Offset in the file of the number of symbols. */
  private long numberAt;

  private Kallsyms(ElfFile file, KallsymsTokens tokens) {
    bytes = file.bytes();
    wordBytes = file.wide() ? 8 : 4;
    this.tokens = tokens;
  }

  /** The symbols in an unpacked kernel; empty if it was built without them, or in a way that is not known. */
  static Optional<Symbols> read(ElfFile kernel) {
    return KallsymsTokens.find(kernel.bytes())
        .map(tokens -> new Kallsyms(kernel, tokens))
        .filter(Kallsyms::readNames)
        .flatMap(Kallsyms::symbols);
  }

  /** Reads the names: looks backwards from the tokens for a number that is followed by as many of them. */
  private boolean readNames() {
    for (long at = tokens.start() - wordBytes & -wordBytes; at >= 0; at -= wordBytes) {
      long number = bytes.u32(at, "number of symbols");
      if (number >= LEAST_SYMBOLS && number <= MOST_SYMBOLS && namesFollow(at, (int) number)) {
        numberAt = at;
        return true;
      }
    }
    return false;
  }

  private boolean namesFollow(long at, int number) {
    names.clear();
    long start = at + wordBytes;
    long next = start;
    long offsetOf256 = 0;
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < number; i++) {
      if (i == LEAST_SYMBOLS) {
        offsetOf256 = next - start;
      }
      next = readName(next, name);
      if (next < 0) {
        return false;
      }
      names.add(name.toString());
    }
    return markersFollow(align(next, wordBytes), offsetOf256);
  }

  /** Decodes one name; the offset behind it, or -1 if none can be there. */
  private long readName(long at, StringBuilder into) {
    if (at + 2 > tokens.start()) {
      return -1;
    }
    int length = bytes.u8(at++, "name");
    if ((length & 0x80) != 0) {
      length = length & 0x7f | bytes.u8(at++, "name") << 7;
    }
    if (length == 0 || length > MOST_NAME_BYTES || at + length > tokens.start()) {
      return -1;
    }
    into.setLength(0);
    for (int i = 0; i < length; i++) {
      into.append(tokens.text(bytes.u8(at + i, "name")));
    }
    return into.length() > 1 && TYPES.indexOf(into.charAt(0)) >= 0 ? at + length : -1;
  }

  /** The markers give where each 256th name begins; they are words in kernels before 4.20. */
  private boolean markersFollow(long at, long offsetOf256) {
    for (long size = 4; size <= wordBytes; size += 4) {
      if (at + 2 * size <= tokens.start()
          && bytes.u32(at, "marker") == 0
          && bytes.u32(at + size, "marker")
              == (names.size() > LEAST_SYMBOLS ? offsetOf256 : bytes.u32(at + size, "marker"))) {
        return true;
      }
    }
    return false;
  }

  private Optional<Symbols> symbols() {
    int count = names.size();
    long offsetBytes = align(4L * count, wordBytes);
    long behindIndex = align(tokens.end(), wordBytes);
    return relative(numberAt - wordBytes - offsetBytes, numberAt - wordBytes)
        .or(() -> relative(behindIndex, behindIndex + offsetBytes))
        .or(() -> absolute(numberAt - (long) count * wordBytes))
        .or(() -> absolute(behindIndex));
  }

  /** Symbols by offsets from a base; where negative ones are base - 1 - address, the others are absolute values. */
  private Optional<Symbols> relative(long offsetsAt, long baseAt) {
    if (offsetsAt < 0 || !bytes.contains(baseAt, wordBytes)) {
      return Optional.empty();
    }
    long base = word(baseAt);
    if ((base & 0xfff) != 0 || !inKernelHalf(base)) {
      return Optional.empty();
    }
    int negative = 0;
    for (int i = 0; i < names.size(); i++) {
      negative += (int) bytes.u32(offsetsAt + 4L * i, "offset") < 0 ? 1 : 0;
    }
    // A kernel is smaller than 2 GiB: plain offsets are never negative.
    boolean absolutes = negative > 0;
    long[] addresses = new long[names.size()];
    for (int i = 0; i < addresses.length; i++) {
      int offset = (int) bytes.u32(offsetsAt + 4L * i, "offset");
      addresses[i] = !absolutes ? base + offset : offset < 0 ? base - 1 - offset : offset;
    }
    return ascending(addresses);
  }

  private Optional<Symbols> absolute(long addressesAt) {
    if (addressesAt < 0 || !bytes.contains(addressesAt, (long) names.size() * wordBytes)) {
      return Optional.empty();
    }
    long[] addresses = new long[names.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = word(addressesAt + (long) i * wordBytes);
    }
    return inKernelHalf(addresses[addresses.length / 2]) ? ascending(addresses) : Optional.empty();
  }

  /** Joins addresses and names if the addresses ascend, as the kernel's own search needs them to. */
  private Optional<Symbols> ascending(long[] addresses) {
    List<Symbol> symbols = new ArrayList<>(addresses.length);
    for (int i = 0; i < addresses.length; i++) {
      if (i > 0 && Long.compareUnsigned(addresses[i - 1], addresses[i]) > 0) {
        return Optional.empty();
      }
      String name = names.get(i);
      char type = inKernelHalf(addresses[i]) ? name.charAt(0) : 'A';
      symbols.add(new Symbol(addresses[i], type, name.substring(1)));
    }
    return Optional.of(Symbols.of(symbols));
  }

  private boolean inKernelHalf(long address) {
    return wordBytes == 8 ? address < 0 : address >= 1L << 30;
  }

  private long word(long at) {
    return wordBytes == 8 ? bytes.u64(at, "address") : bytes.u32(at, "address");
  }

  static long align(long value, int to) {
    return value + to - 1 & -to;
  }
}
