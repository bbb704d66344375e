package org.paravane.debug.symbols;

import java.util.Optional;
import org.paravane.boot.format.ImageBytes;

/** The 256 strings that a byte of a compressed name can stand for. */
final class KallsymsTokens {
  private static final int COUNT = 256;
  private static final int MOST_TOKEN_BYTES = 64;

  private final String[] texts;
  private final long start;
  private final long end;

  private KallsymsTokens(String[] texts, long start, long end) {
    this.texts = texts;
    this.start = start;
    this.end = end;
  }

  /** Finds the table: digits stand for themselves, so ten strings of one digit each follow one another in it. */
  static Optional<KallsymsTokens> find(ImageBytes bytes) {
    byte[] array = bytes.array();
    int from = bytes.arrayOffset();
    int last = from + bytes.length() - 20;
    for (int i = from; i < last; i++) {
      if (array[i] == '0' && digitsAt(array, i)) {
        Optional<KallsymsTokens> found = around(bytes, i - from);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean digitsAt(byte[] array, int at) {
    for (int digit = 0; digit < 10; digit++) {
      if (array[at + 2 * digit] != '0' + digit || array[at + 2 * digit + 1] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads the table in which string '0' lies at {@code zero}, by the index that follows it. */
  private static Optional<KallsymsTokens> around(ImageBytes bytes, long zero) {
    String[] texts = new String[COUNT];
    int[] offsets = new int[COUNT];
    long at = zero;
    for (int i = '0'; i < COUNT; i++) {
      offsets[i] = (int) (at - zero);
      texts[i] = bytes.text(at, MOST_TOKEN_BYTES, "token");
      at += texts[i].length() + 1;
      if (!bytes.contains(at, 2 * COUNT + Long.BYTES)) {
        return Optional.empty();
      }
    }
    for (int alignment = 2; alignment <= 8; alignment *= 2) {
      long index = Kallsyms.align(at, alignment);
      long start = zero - bytes.u16(index + 2 * '0', "token index");
      if (start >= 0
          && bytes.u16(index, "token index") == 0
          && agree(bytes, index, zero - start, offsets)) {
        for (int i = 0; i < '0'; i++) {
          texts[i] =
              bytes.text(
                  start + bytes.u16(index + 2L * i, "token index"), MOST_TOKEN_BYTES, "token");
        }
        return Optional.of(new KallsymsTokens(texts, start, index + 2 * COUNT));
      }
    }
    return Optional.empty();
  }

  private static boolean agree(ImageBytes bytes, long index, long zeroOffset, int[] offsets) {
    for (int i = '0'; i < COUNT; i++) {
      if (bytes.u16(index + 2L * i, "token index") != zeroOffset + offsets[i]) {
        return false;
      }
    }
    return true;
  }

  /** What a byte stands for. */
  String text(int value) {
    return texts[value];
  }

  /** Offset in the file of the first string. */
  long start() {
    return start;
  }

  /** Offset in the file behind the index. */
  long end() {
    return end;
  }
}
