package org.paravane.core.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.paravane.core.decode.Opcode;

/**
 * The instructions that a program of an operating system can't have compared natively, and why: {@code exclusions.txt},
 * which the page of all instructions is made from too.
 */
final class Exclusions {
  private static final Map<String, String> REASONS = read();

  private Exclusions() {}

  private static Map<String, String> read() {
    try (InputStream in = Exclusions.class.getResourceAsStream("exclusions.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .collect(Collectors.toUnmodifiableMap(columns -> columns[0], columns -> columns[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why a row is not compared; empty if it is. */
  static String reason(Opcode row) {
    return REASONS.getOrDefault(row.encoding(), REASONS.getOrDefault(row.mnemonic(), ""));
  }
}
