package org.paravane.core.fpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads vector files: one case a line, columns separated by a space, comments after {@code #}. */
final class Vectors {
  private Vectors() {}

  static List<String[]> read(String name) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Vectors.class.getResourceAsStream("/vectors/" + name),
                StandardCharsets.US_ASCII))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
