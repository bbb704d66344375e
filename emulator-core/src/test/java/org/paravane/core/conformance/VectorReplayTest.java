package org.paravane.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorReplayTest {
  private final EmulatedProcessor emulated = new EmulatedProcessor();
  private final ProcessorState actual = new ProcessorState();

  /** Executes the placed instruction from the first state, and gives the second. */
  private interface Execution extends BiConsumer<ProcessorState, ProcessorState> {}

  @ParameterizedTest
  @ValueSource(strings = {"general", "mmx", "sse", "x87"})
  void computesWhatARealProcessorDid(String family) throws IOException {
    replay(family, 1, emulated::run);
  }

  @ParameterizedTest
  @ValueSource(strings = {"general", "mmx", "sse", "x87"})
  void computesTheSameCompiled(String family) throws IOException {
    emulated.compile();
    // A class for each case: a third of them takes some seconds.
    replay(family, 3, emulated::runCompiled);
    assertThat(emulated.compiled()).isGreaterThan(100);
  }

  private void replay(String family, int every, Execution execution) throws IOException {
    List<String> disagreements = new ArrayList<>();
    String form = "";
    boolean lastBit = false;
    int cases = 0;
    for (String line : lines("/vectors/conformance-%s.txt".formatted(family))) {
      if (line.startsWith("#")) {
        form = line.substring(2);
        lastBit = LastBit.appliesTo(form);
        continue;
      }
      if (cases++ % every != 0) {
        continue;
      }
      RecordedCase recorded = RecordedCase.parse(line);
      emulated.place(recorded.in().rip, recorded.instruction());
      execution.accept(recorded.in(), actual);
      if (lastBit) {
        LastBit.forgive(recorded.out(), actual);
      }
      if (!recorded.out().agrees(actual, recorded.undefinedFlags())) {
        String difference = StateField.describe(recorded.out(), actual);
        disagreements.add("%s: %s%n  recorded->emulated: %s".formatted(form, line, difference));
      }
    }
    assertThat(cases).isGreaterThan(100);
    assertThat(disagreements).isEmpty();
  }

  private static List<String> lines(String resource) throws IOException {
    try (var in = VectorReplayTest.class.getResourceAsStream(resource);
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }
}
