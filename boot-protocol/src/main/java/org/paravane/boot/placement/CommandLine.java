package org.paravane.boot.placement;

import java.nio.charset.StandardCharsets;
import org.paravane.core.memory.GuestMemory;

/** Checking and writing of command lines. */
public final class CommandLine {
  private CommandLine() {}

  /**
   * The line as NUL-terminated UTF-8.
   *
   * @param limit most bytes without the NUL
   * @throws BootException if it is longer or holds a NUL or a line break
   */
  public static byte[] encode(String line, long limit) {
    if (line.chars().anyMatch(c -> c == 0 || c == '\n' || c == '\r')) {
      throw new BootException(
          BootError.COMMAND_LINE_INVALID,
          "the command line holds a NUL or a line break; put it on one line");
    }
    byte[] text = (line + "\0").getBytes(StandardCharsets.UTF_8);
    if (text.length - 1 > limit) {
      throw new BootException(
          BootError.COMMAND_LINE_TOO_LONG,
          "the command line has %d bytes but the kernel accepts at most %d; shorten it",
          text.length - 1,
          limit);
    }
    return text;
  }

  /** Writes an encoded line. */
  public static void write(byte[] encoded, long address, GuestMemory memory) {
    memory.write(address, encoded, 0, encoded.length);
  }
}
