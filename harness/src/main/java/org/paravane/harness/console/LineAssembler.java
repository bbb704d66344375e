package org.paravane.harness.console;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Collects the characters of the current console line from UTF-8 bytes.
 *
 * <p>Malformed bytes become U+FFFD. A line longer than {@link #MAX_LINE_CHARS} starts anew, so that a guest that never
 * prints a newline costs bounded memory and bounded matching time.
 */
final class LineAssembler {
  /** The longest line that is kept whole, in UTF-16 units. */
  static final int MAX_LINE_CHARS = 4096;

  private final StringBuilder line = new StringBuilder(256);
  private final ByteBuffer pending = ByteBuffer.allocate(8);
  private final CharBuffer decoded = CharBuffer.allocate(8);
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** The current line without its newline; the same object for the life of this assembler. */
  CharSequence line() {
    return line;
  }

  /** Empties the line. */
  void clear() {
    line.setLength(0);
  }

  /**
   * Takes the next byte that is not a newline.
   *
   * @return whether the line had become too long and was started anew
   */
  boolean append(int value) {
    boolean restarted = line.length() >= MAX_LINE_CHARS;
    if (restarted) {
      line.setLength(0);
    }
    if (value < 0x80 && pending.position() == 0) {
      line.append((char) value);
    } else {
      pending.put((byte) value);
      pending.flip();
      decoder.decode(pending, decoded, false);
      pending.compact();
      line.append(decoded.flip());
      decoded.clear();
    }
    return restarted;
  }
}
