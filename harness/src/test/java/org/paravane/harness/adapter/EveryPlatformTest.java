package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.Harness;
import org.paravane.harness.Matrix;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;

/** The embedded test kernels on the platforms that there are. */
class EveryPlatformTest {
  /** Where the 32-bit kernel uses what the platform offers; on the others it takes them for bare hardware. */
  private static final Set<String> NARROW = Set.of("bare", "lguest", "vmi", "xen-pvh");

  private final List<BootPlatform> platforms =
      Platforms.installed().all().stream()
          .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
          .toList();
  private final Matrix matrix =
      new Matrix(
          new Harness(
              new CatalogueLibrary(Path.of("no-such-cache")), new InstalledPlatforms(platforms)));

  private List<BootReport> boot(String image, int parallel) {
    List<BootSpec> boots = matrix.onEveryPlatform(BootSpec.of(image).build());
    List<BootResult> results = matrix.run(boots, parallel, _ -> {});
    assertThat(results).hasOnlyElementsOfType(BootReport.class);
    return results.stream().map(BootReport.class::cast).toList();
  }

  @Test
  void kernelKnowsEachPlatformByItself() {
    List<BootReport> reports = boot("test64", 2);
    assertThat(reports)
        .extracting(report -> report.spec().platform())
        .containsExactly("bare", "hyper-v", "kvm", "vmware", "xen-pv", "xen-pvh");
    for (BootReport report : reports) {
      String console = new String(report.console().bytes(), StandardCharsets.US_ASCII);
      assertThat(console).endsWith("PARAVANE: " + report.spec().platform() + " BOOT OK\r\n");
      assertThat(report.exitCode()).as(console).isZero();
      assertThat(report.image().entry()).endsWith("entry 0x200000");
      assertThat(report.phases())
          .extracting(phase -> phase.name())
          .endsWith(
              "platform",
              "page tables",
              "page faults",
              "timer",
              "clock",
              "user mode",
              "event",
              "shutdown");
      assertThat(report.machine().counters())
          .as(report.spec().platform())
          .containsEntry("exceptions #PF", 2L)
          .hasEntrySatisfying(
              "interrupts", interrupts -> assertThat(interrupts).isGreaterThanOrEqualTo(10));
    }
  }

  @Test
  void narrowKernelKnowsThoseOf32Bits() {
    List<BootReport> reports = boot("test32", 2);
    assertThat(reports)
        .allSatisfy(report -> assertThat(report.exitCode()).isZero())
        .extracting(report -> report.spec().platform())
        .containsExactly("bare", "hyper-v", "kvm", "lguest", "vmi", "vmware", "xen-pvh");
    assertThat(reports)
        .filteredOn(report -> NARROW.contains(report.spec().platform()))
        .hasSize(NARROW.size())
        .allSatisfy(report ->
            assertThat(new String(report.console().bytes(), StandardCharsets.US_ASCII))
                .endsWith("PARAVANE: " + report.spec().platform() + " BOOT OK\r\n"));
  }

  @Test
  void resultsAreTheSameOneByOneAndAtTheSameTime() {
    assertThat(facts(boot("test64", 1))).isEqualTo(facts(boot("test64", 4)));
  }

  private static List<String> facts(List<BootReport> reports) {
    return reports.stream()
        .map(report ->
            "%s %d %s"
                .formatted(
                    report.spec().platform(),
                    report.outcome().end().instructions(),
                    report.console().sha256()))
        .toList();
  }
}
