package org.paravane.harness.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
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
    assertThat(comparison.rows().getFirst().ratio("two")).isEqualTo(3);
    assertThat(new String(comparison.json(), StandardCharsets.UTF_8))
        .contains("\"emulator\" : \"two\"", "\"0x1\"");
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
