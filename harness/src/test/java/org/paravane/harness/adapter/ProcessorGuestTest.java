package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.harness.BootReport;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import org.paravane.platform.Platforms;

/** Our own checks of the processor's privileged behaviour, run as a guest on {@code bare}. */
class ProcessorGuestTest {
  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              List.of(
                  new ProviderPlatform(
                      Platforms.installed().find("bare").orElseThrow(), cpu -> List.of()))));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "paging",
        "segments",
        "exceptions",
        "control",
        "transfers",
        "debug",
        "msrs",
        "code",
        "interrupts",
        "timers",
        "legacy",
        "virtual-8086",
        "paging32",
        "segments32",
        "instructions",
        "gates16",
        "real",
        "stacks"
      })
  void everyCheckOfTheGroupPasses(String group) {
    BootReport report =
        harness.boot(BootSpec.of("processor").commandLine(group).memoryBytes(64L << 20).build());
    List<String> lines =
        new String(report.console().bytes(), StandardCharsets.US_ASCII).lines().toList();
    assertThat(lines).filteredOn(line -> line.contains("FAIL")).isEmpty();
    long passed = lines.stream().filter(line -> line.startsWith("PARAVANE: pass " + group)).count();
    assertThat(passed).isPositive();
    assertThat(lines.getLast())
        .matches("PARAVANE: processor: " + passed + " passed, 0 failed, 0 skipped");
  }
}
