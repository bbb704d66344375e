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

/** Our own checks of Xen's PVH interface, run as a guest on {@code xen-pvh}. */
class XenPvhGuestTest {
  private static final List<String> GROUPS =
      List.of(
          "start",
          "hypercalls",
          "memory",
          "parameters",
          "events",
          "timers",
          "processors",
          "privileged",
          "store",
          "upcalls",
          "fifo");

  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              List.of(
                  new ProviderPlatform(
                      Platforms.installed().find("xen-pvh").orElseThrow(), cpu -> List.of()))));

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyCheckPasses(int processors) {
    BootReport report =
        harness.boot(
            BootSpec.of("xenpvh")
                .platform("xen-pvh")
                .cpus(processors)
                .memoryBytes(64L << 20)
                .build());
    List<String> lines =
        new String(report.console().bytes(), StandardCharsets.US_ASCII).lines().toList();
    assertThat(lines).filteredOn(line -> line.contains("FAIL")).isEmpty();
    for (String group : GROUPS) {
      assertThat(lines).anyMatch(line -> line.startsWith("PARAVANE: pass " + group + ": "));
    }
    long passed = lines.stream().filter(line -> line.startsWith("PARAVANE: pass ")).count();
    assertThat(lines.getLast())
        .isEqualTo(
            "PARAVANE: xenpvh: " + passed + " passed, 0 failed, " + (2 - processors) + " skipped");
    assertThat(report.exitCode()).isZero();
  }
}
