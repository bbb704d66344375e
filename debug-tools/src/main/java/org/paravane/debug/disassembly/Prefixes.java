package org.paravane.debug.disassembly;

import java.util.ArrayList;
import java.util.List;

/**
 * The prefix bytes of an instruction.
 *
 * @param legacy the legacy prefixes in their order
 * @param rex the REX byte right before the opcode, or 0
 * @param length how many bytes they take, REX included
 */
record Prefixes(List<Integer> legacy, int rex, int length) {
  /** Finds the prefixes of the decodable instruction at {@code code[from]}. */
  static Prefixes of(byte[] code, int from, boolean is64) {
    List<Integer> legacy = new ArrayList<>();
    int rex = 0;
    int position = from;
    while (true) {
      int value = code[position] & 0xff;
      if (isLegacy(value)) {
        legacy.add(value);
        rex = 0;
      } else if (is64 && (value & 0xf0) == 0x40) {
        rex = value;
      } else {
        return new Prefixes(legacy, rex, position - from);
      }
      position++;
    }
  }

  private static boolean isLegacy(int value) {
    return switch (value) {
      case 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> true;
      default -> false;
    };
  }

  /** Tells whether a legacy prefix is there. */
  boolean has(int value) {
    return legacy.contains(value);
  }
}
