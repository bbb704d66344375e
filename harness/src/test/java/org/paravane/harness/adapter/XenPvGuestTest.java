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

/** Our own checks of Xen's PV interface, run as a guest on {@code xen-pv}. */
class XenPvGuestTest {
  private static final List<String> GROUPS =
      List.of(
          "start",
          "exceptions",
          "privileged",
          "segments",
          "page-tables",
          "types",
          "events",
          "iret",
          "sysenter",
          "pointers");

  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              List.of(
                  new ProviderPlatform(
                      Platforms.installed().find("xen-pv").orElseThrow(), cpu -> List.of()))));

  @ParameterizedTest
  @ValueSource(strings = {"identity", "permuted"})
  void everyCheckPasses(String frames) {
    BootReport report =
        harness.boot(
            BootSpec.of("xenpv")
                .platform("xen-pv")
                .platformOption("xen-mfn", frames)
                .memoryBytes(64L << 20)
                .build());
    List<String> lines =
        new String(report.console().bytes(), StandardCharsets.US_ASCII).lines().toList();
    assertThat(lines).filteredOn(line -> line.contains("FAIL")).isEmpty();
    for (String group : GROUPS) {
      assertThat(lines).anyMatch(line -> line.startsWith("PARAVANE: pass " + group + ": "));
    }
    long passed = lines.stream().filter(line -> line.startsWith("PARAVANE: pass ")).count();
    assertThat(lines.getLast()).isEqualTo("PARAVANE: xenpv: " + passed + " passed, 0 failed");
    assertThat(report.exitCode()).isZero();
  }
}
