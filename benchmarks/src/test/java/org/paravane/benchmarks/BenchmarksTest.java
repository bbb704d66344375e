package org.paravane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark: as a test only just, with the Maven profiles {@code smoke} and {@code measure} for figures. */
class BenchmarksTest {
  private static final int FORKS = Integer.getInteger("benchmarks.forks", 0);
  private static final int ITERATIONS = Integer.getInteger("benchmarks.iterations", 1);
  private static final int MILLIS = Integer.getInteger("benchmarks.millis", 1);

  @Test
  void everyBenchmarkRunsAndItsResultIsWritten() throws RunnerException, IOException {
    Path results = Path.of("target", "benchmarks.json");
    Files.createDirectories(results.getParent());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(
                "org\\.paravane\\.benchmarks\\." + System.getProperty("benchmarks.include", ""))
            .forks(FORKS)
            .warmupForks(0)
            .warmupIterations(FORKS == 0 ? 0 : ITERATIONS)
            .warmupTime(TimeValue.milliseconds(MILLIS))
            .measurementIterations(ITERATIONS)
            .measurementTime(TimeValue.milliseconds(MILLIS))
            .shouldFailOnError(true)
            .verbosity(FORKS == 0 ? VerboseMode.SILENT : VerboseMode.NORMAL)
            .resultFormat(ResultFormatType.JSON)
            .result(results.toString());
    if (FORKS == 0) {
      // A thousand boots are no part of a quick test.
      options.param("bootsBefore", "0");
    }
    assertThat(new Runner(options.build()).run())
        .isNotEmpty()
        .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
    assertThat(results).content().contains("org.paravane.benchmarks.", "primaryMetric");
  }
}
