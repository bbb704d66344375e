package org.paravane.debug.disassembly;

/** What registers are called. */
final class RegisterNames {
  private static final String[] LEGACY = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};
  private static final String[] BYTES = {
    "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b",
    "r13b", "r14b", "r15b", "ah", "ch", "dh", "bh"
  };
  private static final String[] SEGMENTS = {"es", "cs", "ss", "ds", "fs", "gs", "?", "?"};

  private RegisterNames() {}

  /** A general-purpose register: {@code bits} 16, 32 or 64, {@code number} 0 to 15. */
  static String general(int number, int bits) {
    if (number >= 8) {
      return "r" + number + (bits == 64 ? "" : bits == 32 ? "d" : "w");
    }
    return (bits == 64 ? "r" : bits == 32 ? "e" : "") + LEGACY[number];
  }

  /** An 8-bit register; 16 to 19 are AH, CH, DH and BH. */
  static String byteRegister(int number) {
    return BYTES[number];
  }

  /** A segment register, 0 to 7, of which 6 and 7 do not exist. */
  static String segment(int number) {
    return SEGMENTS[number];
  }
}
