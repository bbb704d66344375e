package org.paravane.harness.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.paravane.harness.spec.HarnessException;

class ComparisonTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static TimedBoot boot(String emulator, long nanos, String checksum) {
    return new TimedBoot(
        emulator, "kernel", nanos, 0, List.of(new Stretch("sort", nanos / 2, checksum)));
  }

  private static TimedBoot shell(String script) {
    return TimedBoot.run(
        new Emulator("shell", List.of("/bin/sh", "-c", script)), "kernel", "DONE", LIMIT);
  }

  @Test
  void rowsHaveTheShortestTimesAndRatiosToTheFirstEmulator() {
    Comparison comparison =
        new Comparison(
            List.of(
                boot("one", 200, "0x1"),
                boot("two", 300, "0x1"),
                boot("one", 100, "0x1"),
                boot("two", 400, "0x1")));
    assertThat(comparison.emulators()).containsExactly("one", "two");
    assertThat(comparison.rows())
        .containsExactly(
            new Comparison.Row("kernel", Optional.empty(), Map.of("one", 100L, "two", 300L)),
            new Comparison.Row("kernel", Optional.of("sort"), Map.of("one", 50L, "two", 150L)));
    assertThat(comparison.rows().getFirst().ratio("two", "one")).isEqualTo(3);
  }

  @Test
  void theMeanOfRatiosIsGeometricAndNeedsBothTimes() {
    Comparison comparison =
        new Comparison(List.of(boot("one", 100, "0x1"), boot("two", 200, "0x1")));
    assertThat(comparison.mean(row -> true, "two", "one").orElseThrow()).isCloseTo(2, within(1e-9));
    assertThat(comparison.mean(row -> true, "two", "three")).isEmpty();
    assertThat(comparison.mean(row -> false, "two", "one")).isEmpty();
  }

  @Test
  void aProgramIsTimedFromItsStartWhateverTheKernelSaysMeanwhile() {
    TimedBoot boot =
        shell(
            "echo 'BENCH integer/sort start'; sleep 0.2; echo '[ 1.0] other';"
                + " echo 'BENCH integer/sort end 0x5'; echo DONE; exec sleep 60");
    assertThat(boot.stretches()).hasSize(1);
    assertThat(boot.stretches().getFirst().name()).isEqualTo("integer/sort");
    assertThat(boot.stretches().getFirst().checksum()).isEqualTo("0x5");
    assertThat(boot.stretches().getFirst().wallNanos()).isGreaterThan(150_000_000);
  }

  @Test
  void aProgramThatFailsIsAClearError() {
    assertThatThrownBy(() -> shell("echo 'BENCH integer/sort failed'; exec sleep 60"))
        .hasMessageContaining("integer/sort failed");
  }

  @Test
  void anEmulatorIsToldItsInput() {
    Emulator reader =
        new Emulator("reader", List.of("/bin/sh", "-c", "read word; echo $word"), "DONE\n");
    assertThat(TimedBoot.run(reader, "kernel", "DONE", LIMIT).stretches()).isEmpty();
  }

  @Test
  void differentChecksumsAreRefused() {
    List<TimedBoot> boots = List.of(boot("one", 1, "0x1"), boot("two", 1, "0x2"));
    assertThatThrownBy(() -> new Comparison(boots))
        .isInstanceOf(HarnessException.class)
        .hasMessageContaining("sort");
  }

  @Test
  void aBootEndsAtItsMarkerAndNamesItsParts() {
    TimedBoot boot = shell("echo 'PARAVANE: page-faults: checksum 0x7'; echo DONE; exec sleep 60");
    assertThat(boot.stretches())
        .extracting(Stretch::name, Stretch::checksum)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("page-faults", "0x7"));
    assertThat(boot.wallNanos()).isBetween(1L, LIMIT.toNanos() - 1);
  }

  @Test
  void aBootWithoutTheMarkerIsAClearError() {
    assertThatThrownBy(() -> shell("echo other"))
        .hasMessageContaining("did not bring kernel to 'DONE'");
    Emulator missing = new Emulator("ghost", List.of("/no/such/emulator"));
    assertThatThrownBy(() -> TimedBoot.run(missing, "kernel", "DONE", LIMIT))
        .hasMessageContaining("ghost cannot be");
  }
}
