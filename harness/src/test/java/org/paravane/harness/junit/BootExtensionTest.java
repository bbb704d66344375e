package org.paravane.harness.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.paravane.harness.junit.Patience.instructions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.OutputDirectoryCreator;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbols;

class BootExtensionTest {
  @TempDir private Path folder;

  static class Platforms {
    @BootTest(
        image = "test64",
        platforms = {"bare", "kvm"})
    void boots(BootRun run) {
      assertThat(run).reaches("BOOT OK").within(instructions(10_000_000));
      assertThat(run).shutsDown();
    }
  }

  static class EveryPlatform {
    @BootTest
    void boots(@Boot BootRun run) {
      assertThat(run).reaches("BOOT OK");
    }
  }

  static class Parameters {
    @Test
    void boots(
        @Boot(platform = "xen-pvh") BootRun one, @Boot(image = "test64", seed = 2) BootRun other) {
      assertThat(one).shutsDown();
      assertThat(other).shutsDown().hasRegister("cr0", other.machine().cpu(0).control.cr0());
      assertThat(other.memory(other.register("rip"), 4))
          .isEqualTo(other.physicalMemory(other.register("rip"), 4));
    }
  }

  static class WithSymbols {
    @Test
    void boots(@Boot BootRun run) {
      assertThat(run).shutsDown();
      Symbols symbols = KernelSymbols.of(run.elf());

      long console = symbols.address("console_init").orElseThrow();

      assertThat(run.memory(console, 4)).isNotEqualTo(new byte[4]);
      assertThat(symbols.at(run.register("rip"))).isPresent();
    }
  }

  static class Failing {
    @Test
    void waitsForWhatNeverComes(@Boot BootRun run) {
      assertThat(run).reaches("no such marker");
    }

    @Test
    void asksForWhatIsNotThere(@Boot(image = "no-such-image") BootRun run) {
      assertThat(run).shutsDown();
    }
  }

  private EngineExecutionResults run(Class<?> tests, boolean parallel) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(tests))
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "" + parallel)
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .outputDirectoryCreator(new Folders(folder))
        .execute();
  }

  /** A folder for each test, by its last part. */
  private record Folders(Path root) implements OutputDirectoryCreator {
    @Override
    public Path getRootDirectory() {
      return root;
    }

    @Override
    public Path createOutputDirectory(TestDescriptor test) throws IOException {
      String name = test.getUniqueId().getLastSegment().getValue().replaceAll("\\W", "");
      return Files.createDirectories(root.resolve(name));
    }
  }

  private static List<String> failures(EngineExecutionResults results) {
    return results.testEvents().failed().stream()
        .map(event ->
            event
                .getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow()
                .getMessage())
        .toList();
  }

  private static List<String> succeeded(EngineExecutionResults results) {
    return results
        .testEvents()
        .succeeded()
        .map(event -> event.getTestDescriptor().getDisplayName())
        .toList();
  }

  @Test
  void bootsOnceOnEachNamedPlatform() {
    EngineExecutionResults results = run(Platforms.class, false);

    assertThat(failures(results)).isEmpty();
    assertThat(succeeded(results)).containsExactly("bare", "kvm");
  }

  @Test
  void bootsOnEveryPlatformThatTakesTheImageIfNoneIsNamed() {
    EngineExecutionResults results = run(EveryPlatform.class, true);

    assertThat(failures(results)).isEmpty();
    assertThat(succeeded(results)).contains("bare", "kvm", "vmware", "hyper-v", "xen-pvh");
  }

  @Test
  void givesBootsAsParameters() {
    assertThat(failures(run(Parameters.class, true))).isEmpty();
  }

  @Test
  void showsMemoryBySymbol() {
    assertThat(failures(run(WithSymbols.class, false))).isEmpty();
  }

  @Test
  void failsWhereAMarkerIsMissingAndWhereABootCannotBeTried() {
    List<String> failures = failures(run(Failing.class, false));

    assertThat(failures).hasSize(2);
    assertThat(failures)
        .anySatisfy(message ->
            assertThat(message)
                .contains("test64 on bare did not print 'no such marker'")
                .contains("The guest has ended"));
    assertThat(failures).anySatisfy(message -> assertThat(message).contains("no-such-image"));
  }

  @Test
  void attachesConsoleAndReportToTheResult() throws IOException {
    EngineExecutionResults results = run(Platforms.class, false);

    assertThat(results.testEvents().reportingEntryPublished().count()).isEqualTo(2);
    assertThat(results.testEvents().fileEntryPublished().count()).isEqualTo(4);
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> logs = files.filter(file -> file.endsWith("console.log")).toList();
      assertThat(logs).hasSize(2).allSatisfy(log -> assertThat(log).content().contains("BOOT OK"));
      assertThat(logs.getFirst().resolveSibling("report.json"))
          .content()
          .contains("\"outcome\" : \"guest-shutdown\"");
    }
  }
}
