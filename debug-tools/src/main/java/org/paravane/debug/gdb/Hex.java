package org.paravane.debug.gdb;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Numbers and bytes as packets have them: hexadecimal digits, lower case. */
final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  static String of(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The bytes that an even number of digits stand for.
   *
   * @throws IllegalArgumentException if they are something else
   */
  static byte[] bytes(String digits) {
    return FORMAT.parseHex(digits);
  }

  static String text(String digits) {
    return new String(bytes(digits), StandardCharsets.UTF_8);
  }

  /**
   * A number, most significant digit first.
   *
   * @throws IllegalArgumentException if it is none
   */
  static long number(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }
}
