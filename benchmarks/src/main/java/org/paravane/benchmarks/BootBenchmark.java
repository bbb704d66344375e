package org.paravane.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.paravane.harness.BootReport;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;

/** Milliseconds of a boot of the test kernel: the next one in a JVM that has already done so many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class BootBenchmark {
  @Param({"0", "1000"})
  private int bootsBefore;

  private Harness harness;

  /** Boots as often as asked. */
  @Setup
  public void warmUp() {
    harness =
        new Harness(
            new CatalogueLibrary(Path.of("no-such-cache")),
            new InstalledPlatforms(
                Platforms.installed().all().stream()
                    .<BootPlatform>map(provider -> new ProviderPlatform(provider, cpu -> List.of()))
                    .toList()));
    for (int i = 0; i < bootsBefore; i++) {
      boot();
    }
  }

  /** Boots once. */
  @Benchmark
  public BootReport boot() {
    BootReport report = harness.boot(BootSpec.of(BootSpec.DEFAULT_IMAGE).build());
    if (report.exitCode() != 0) {
      throw new IllegalStateException(report.outcome().summary());
    }
    return report;
  }
}
