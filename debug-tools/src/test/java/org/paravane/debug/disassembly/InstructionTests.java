package org.paravane.debug.disassembly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.paravane.core.decode.Opcode;

/** How each instruction is tested, by the list that the native comparison itself leaves rows out by, and our own. */
final class InstructionTests {
  /** What the native comparison leaves out. */
  static final Path EXCLUSIONS =
      Path.of(
          "..", "emulator-core/src/test/resources/org/paravane/core/conformance/exclusions.txt");

  private final Map<String, String> notNative = read();
  private final Map<String, String> otherwise =
      Resources.table("other-tests.txt").stream()
          .collect(
              Collectors.toMap(
                  columns -> columns[0],
                  columns -> columns[1],
                  (one, other) -> one.equals(other) ? one : one + ", " + other,
                  TreeMap::new));

  private static Map<String, String> read() {
    try {
      return Files.readAllLines(EXCLUSIONS).stream()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .collect(Collectors.toMap(columns -> columns[0], columns -> columns[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Encodings and mnemonics that something is said of. */
  List<String> named() {
    return java.util.stream.Stream.of(notNative, otherwise)
        .flatMap(list -> list.keySet().stream())
        .toList();
  }

  /** A phrase for one row. */
  String of(Opcode row) {
    String other = find(otherwise, row);
    String reason = find(notNative, row);
    if (reason == null && row.has(Opcode.Trait.INVALID64)) {
      reason = "not in 64-bit mode";
    }
    if (reason != null) {
      return (other == null ? "" : other + "; ") + "not natively: " + reason;
    }
    String natively = row.has(Opcode.Trait.PRIVILEGED) ? "natively: #GP at CPL 3 only" : "natively";
    return other == null ? natively : natively + "; " + other;
  }

  private static String find(Map<String, String> list, Opcode row) {
    return list.getOrDefault(row.encoding(), list.get(row.mnemonic()));
  }
}
