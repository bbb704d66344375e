package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootPath;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.Platforms;
import org.paravane.platform.PreparedMachine;

/** Whole boots leave the same machine, translated, compiled or interpreted. */
class TierTest {
  /** Executions after which cold code is compiled. */
  private static final int COLD = 2;

  /** Whether blocks are translated for this host. */
  private static final boolean TRANSLATES =
      OS.LINUX.isCurrentOs() && System.getProperty("os.arch").equals("amd64");

  /** What boots left that were interpreted, which takes the longest: all tests need it. */
  private static final Map<String, Outcome> INTERPRETED = new HashMap<>();

  private final CatalogueLibrary library = new CatalogueLibrary(Path.of("no-such-cache"));

  /** What a boot leaves. */
  private record Outcome(ExitReason reason, long instructions, String console, long memory) {}

  private Outcome boot(String image, String platform, String commandLine, Consumer<Machine> tier) {
    KernelImage kernel = KernelImages.parse(library.load(image).kernel(), image);
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    PreparedMachine prepared =
        Platforms.installed()
            .find(platform)
            .orElseThrow()
            .prepare(
                new PlatformRequest(
                    kernel,
                    List.of(),
                    commandLine,
                    64L << 20,
                    1,
                    BootPath.DIRECT,
                    1,
                    false,
                    0,
                    Map.of(),
                    console::write));
    tier.accept(prepared.machine());
    ExitReason reason = prepared.machine().run(Long.MAX_VALUE);
    return new Outcome(
        reason,
        prepared.machine().instructions(),
        console.toString(StandardCharsets.US_ASCII),
        hash(prepared.machine().memory().ram().segment()));
  }

  private Outcome interpreted(String image, String platform, String commandLine) {
    return INTERPRETED.computeIfAbsent(
        image + " " + platform + " " + commandLine,
        key -> boot(image, platform, commandLine, Machine::interpretOnly));
  }

  private static long hash(MemorySegment ram) {
    long hash = 0;
    for (long i = 0; i < ram.byteSize(); i += 8) {
      hash = 31 * hash + ram.get(ValueLayout.JAVA_LONG_UNALIGNED, i);
    }
    return hash;
  }

  @ParameterizedTest
  @CsvSource({"workload64, bare, ''", "processor, bare, ''"})
  void regionsLeaveWhatTheInterpreterLeaves(String image, String platform, String commandLine) {
    assertThat(boot(image, platform, commandLine, Machine::useRegions))
        .isEqualTo(interpreted(image, platform, commandLine));
  }

  /** By default, and with all translated that is executed at all; where the host can't, the interpreter does it. */
  @ParameterizedTest
  @CsvSource({
    "workload64, bare, ''",
    "processor, bare, ''",
    "test64, kvm, ''",
    "test64, xen-pv, ''",
    "xenpv, xen-pv, ''",
    "xenpvh, xen-pvh, ''"
  })
  void translatedBlocksLeaveWhatTheInterpreterLeaves(
      String image, String platform, String commandLine) {
    Outcome interpreted = interpreted(image, platform, commandLine);
    assertThat(boot(image, platform, commandLine, machine -> {})).isEqualTo(interpreted);
    Machine[] booted = new Machine[1];
    assertThat(
            boot(
                image,
                platform,
                commandLine,
                machine -> {
                  booted[0] = machine;
                  machine.translate(1);
                }))
        .isEqualTo(interpreted);
    if (TRANSLATES) {
      assertThat(booted[0].translatedBlocks()).isGreaterThan(10);
    }
  }

  /** Here nearly all is compiled that is executed more than once, before it goes on. */
  @ParameterizedTest
  @CsvSource({
    "processor, bare, ''",
    "test64, kvm, ''",
    "test64, xen-pv, ''",
    "xenpv, xen-pv, ''",
    "xenpvh, xen-pvh, ''",
    "test32, lguest, ''",
    "test32, vmi, ''"
  })
  void regionsOfColdCodeLeaveWhatTheInterpreterLeaves(
      String image, String platform, String commandLine) {
    int[] compiled = new int[1];
    Executor here =
        task -> {
          compiled[0]++;
          task.run();
        };
    assertThat(boot(image, platform, commandLine, machine -> machine.compileRegions(here, COLD)))
        .isEqualTo(interpreted(image, platform, commandLine));
    assertThat(compiled[0]).isGreaterThan(10);
  }
}
