package org.paravane.boot.smbios;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One structure while it is put together: the formatted area and the strings that it counts from 1 (DSP0134 6.1).
 *
 * <pre>
 * 00 type 1   01 length of the formatted area 1   02 handle 2   04 the rest, then the strings, each and all NUL-terminated
 * </pre>
 */
final class SmbiosStructure {
  private static final int HEADER_BYTES = 4;

  private final int type;
  private final int handle;
  private final ByteArrayOutputStream formatted = new ByteArrayOutputStream();
  private final List<String> strings = new ArrayList<>();

  SmbiosStructure(int type, int handle) {
    this.type = type;
    this.handle = handle;
  }

  /** Appends a little-endian field. */
  SmbiosStructure field(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      formatted.write((int) (value >>> 8 * i));
    }
    return this;
  }

  /** Appends the number of a string, 0 for an empty one. */
  SmbiosStructure string(String text) {
    if (text.isEmpty()) {
      return field(0, 1);
    }
    strings.add(text);
    return field(strings.size(), 1);
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(type);
    bytes.write(HEADER_BYTES + formatted.size());
    bytes.write(handle);
    bytes.write(handle >> 8);
    bytes.writeBytes(formatted.toByteArray());
    for (String text : strings) {
      bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      bytes.write(0);
    }
    if (strings.isEmpty()) {
      bytes.write(0);
    }
    bytes.write(0);
    return bytes.toByteArray();
  }
}
