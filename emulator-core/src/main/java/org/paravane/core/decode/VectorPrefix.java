package org.paravane.core.decode;

/**
 * A VEX, EVEX or XOP prefix (SDM Vol. 2A sections 2.3 and 2.7, APM Vol. 3 section 1.9), as far as it says which
 * instruction follows.
 *
 * @param kind VEX, EVEX or XOP
 * @param bytes its length
 * @param map the number of the opcode map
 * @param w its W bit
 * @param mandatory the mandatory prefix that it stands for: 0, 66h, F3h or F2h
 */
record VectorPrefix(String kind, int bytes, int map, int w, int mandatory) {
  /** The most bytes of one. */
  static final int MAX_BYTES = 4;

  private static final int[] MANDATORY_PREFIXES = {0, 0x66, 0xf3, 0xf2};
  private static final int FIRST_XOP_MAP = 8;

  /** Reads the prefix at {@code code[at]}, behind which {@link #MAX_BYTES} can be read; null if there is none. */
  static VectorPrefix at(byte[] code, int at) {
    int second = code[at + 1] & 0xff;
    int third = code[at + 2] & 0xff;
    return switch (code[at] & 0xff) {
      case 0xc5 -> new VectorPrefix("VEX", 2, 1, 0, MANDATORY_PREFIXES[second & 3]);
      case 0xc4 -> longForm("VEX", second, third);
      case 0x8f -> (second & 0x1f) < FIRST_XOP_MAP ? null : longForm("XOP", second, third);
      case 0x62 ->
          (second & 8) != 0 || (third & 4) == 0
              ? null
              : new VectorPrefix("EVEX", 4, second & 7, third >> 7, MANDATORY_PREFIXES[third & 3]);
      default -> null;
    };
  }

  private static VectorPrefix longForm(String kind, int second, int third) {
    return new VectorPrefix(kind, 3, second & 0x1f, third >> 7, MANDATORY_PREFIXES[third & 3]);
  }
}
