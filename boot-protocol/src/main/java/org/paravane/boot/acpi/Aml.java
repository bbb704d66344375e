package org.paravane.boot.acpi;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encoding of the few ACPI machine language terms that a DSDT here needs. Source: ACPI 6.5 section 20.2. */
final class Aml {
  private static final int NAME_OP = 0x08;
  private static final int STRING_PREFIX = 0x0d;
  private static final int SCOPE_OP = 0x10;
  private static final int BUFFER_OP = 0x11;
  private static final int PACKAGE_OP = 0x12;
  private static final int EXT_OP = 0x5b;
  private static final int DEVICE_OP = 0x82;

  private Aml() {}

  /** {@code Name(name, data)}. */
  static byte[] name(String name, byte[] data) {
    return join(bytes(NAME_OP), nameSegment(name), data);
  }

  /** {@code Scope(\name) {body}}. */
  static byte[] rootScope(String name, byte[]... body) {
    byte[] content = join(bytes('\\'), nameSegment(name), join(body));
    return join(bytes(SCOPE_OP), packageLength(content.length), content);
  }

  /** {@code Device(name) {body}}. */
  static byte[] device(String name, byte[]... body) {
    byte[] content = join(nameSegment(name), join(body));
    return join(bytes(EXT_OP, DEVICE_OP), packageLength(content.length), content);
  }

  /** {@code Package() {elements}}; at most 255. */
  static byte[] packageOf(byte[]... elements) {
    if (elements.length > 255) {
      throw new IllegalArgumentException(
          "an AML package holds 255 elements, got " + elements.length);
    }
    byte[] content = join(bytes(elements.length), join(elements));
    return join(bytes(PACKAGE_OP), packageLength(content.length), content);
  }

  /** {@code Buffer() {contents}}. */
  static byte[] buffer(byte[] contents) {
    byte[] content = join(integer(contents.length), contents);
    return join(bytes(BUFFER_OP), packageLength(content.length), content);
  }

  /** An integer in its shortest form. */
  static byte[] integer(long value) {
    if (value == 0 || value == 1) {
      return bytes((int) value);
    }
    if (value >>> 8 == 0) {
      return join(bytes(0x0a), little(value, 1));
    }
    if (value >>> 16 == 0) {
      return join(bytes(0x0b), little(value, 2));
    }
    return value >>> 32 == 0
        ? join(bytes(0x0c), little(value, 4))
        : join(bytes(0x0e), little(value, 8));
  }

  /** A hardware id: packed as an EISA id if it looks like {@code PNP0501}, else a string. */
  static byte[] hardwareId(String id) {
    if (!id.matches("[A-Z]{3}[0-9A-F]{4}")) {
      return join(bytes(STRING_PREFIX), id.getBytes(StandardCharsets.US_ASCII), bytes(0));
    }
    int vendor = (id.charAt(0) - 0x40) << 10 | (id.charAt(1) - 0x40) << 5 | (id.charAt(2) - 0x40);
    int product = Integer.parseInt(id.substring(3), 16);
    return bytes(0x0c, vendor >> 8, vendor, product >> 8, product);
  }

  /** The low bytes of a value, little-endian. */
  static byte[] little(long value, int count) {
    byte[] result = new byte[count];
    for (int i = 0; i < count; i++) {
      result[i] = (byte) (value >>> 8 * i);
    }
    return result;
  }

  /** The low 8 bits of each value. */
  static byte[] bytes(int... values) {
    byte[] result = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (byte) values[i];
    }
    return result;
  }

  /** All parts in a row. */
  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] nameSegment(String name) {
    if (!name.matches("[A-Z_][A-Z0-9_]{0,3}")) {
      throw new IllegalArgumentException("not an AML name: " + name);
    }
    return (name + "___").substring(0, 4).getBytes(StandardCharsets.US_ASCII);
  }

  /** The length prefix of a term: it counts itself. */
  private static byte[] packageLength(int contentBytes) {
    if (contentBytes + 1 < 1 << 6) {
      return bytes(contentBytes + 1);
    }
    for (int extra = 1; extra <= 3; extra++) {
      int length = contentBytes + 1 + extra;
      if (length < 1 << 4 + 8 * extra) {
        return join(bytes(extra << 6 | length & 0xf), little(length >>> 4, extra));
      }
    }
    throw new IllegalArgumentException("AML term of %d bytes is too long".formatted(contentBytes));
  }
}
