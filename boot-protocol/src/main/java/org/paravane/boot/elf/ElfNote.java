package org.paravane.boot.elf;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * One note. Numbers take their width from the descriptor's size, texts may lack their NUL.
 *
 * @param owner the name field, such as {@code Xen}
 * @param type the number that its owner gives a meaning
 * @param descriptor the contents; not copied, must not be changed
 */
public record ElfNote(String owner, long type, byte[] descriptor) {
  /** The descriptor as a little-endian number if it is 4 or 8 bytes long. */
  public OptionalLong number() {
    if (descriptor.length != 4 && descriptor.length != 8) {
      return OptionalLong.empty();
    }
    long value = 0;
    for (int i = descriptor.length - 1; i >= 0; i--) {
      value = value << 8 | descriptor[i] & 0xff;
    }
    return OptionalLong.of(value);
  }

  /** The descriptor as text up to its first NUL. */
  public String text() {
    String text = new String(descriptor, StandardCharsets.US_ASCII);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }

  /** The descriptor as hexadecimal bytes. */
  public String hex() {
    return HexFormat.of().formatHex(descriptor);
  }
}
