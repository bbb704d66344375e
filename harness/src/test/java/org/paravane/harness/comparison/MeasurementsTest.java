package org.paravane.harness.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.paravane.harness.spi.LoadedImage;
import org.w3c.dom.Document;

class MeasurementsTest {
  private static final Measurements MEASUREMENTS =
      new Measurements(
          new Site("a JVM", "a <machine>", 2, 0.5),
          new Comparison(List.of(programs(Goal.PARAVANE, 300), programs(Goal.QEMU, 100))),
          Optional.of(new RepeatedBoots(List.of(9_000_000L, 3_000_000L, 2_000_000L))));

  private static TimedBoot programs(String emulator, long nanos) {
    return new TimedBoot(
        emulator, Goal.PROGRAMS, nanos, 0, List.of(new Stretch("integer/sort", nanos, "0x1")));
  }

  @Test
  void goalsAreMeasuredWhereBothEmulatorsRanTheWork() {
    List<Goal> goals = Goal.of(MEASUREMENTS.comparison());
    Goal integer = goals.get(1);
    assertThat(integer.work()).isEqualTo("integer programs");
    assertThat(integer.ratio().orElseThrow()).isBetween(2.999, 3.001);
    assertThat(integer.met()).isFalse();
    assertThat(goals).filteredOn(goal -> goal.ratio().isPresent()).hasSize(1);
  }

  @Test
  void theJsonNamesTheJvmTheMachineAndEveryTime() {
    assertThat(new String(MEASUREMENTS.json(), StandardCharsets.UTF_8))
        .contains(
            "\"jvm\" : \"a JVM\"",
            "\"machine\" : \"a <machine>\"",
            "\"medianOfLastMillis\" : 3.0",
            "\"emulator\" : \"qemu-tcg\"",
            "\"integer/sort\"");
  }

  @Test
  void thePictureIsXmlWithABarForEachRowThatHasTheReference() throws Exception {
    byte[] svg = Plot.svg(MEASUREMENTS, Goal.QEMU);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg));
    // The background, the legend's square, and the bars of the whole and of its part.
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(4);
    assertThat(document.getDocumentElement().getTextContent())
        .contains("a <machine>", "integer/sort");
  }

  @Test
  void theProgramsJoinTheInitramfsAndTheCommandLine() {
    LoadedImage image =
        new LoadedImage("linux", new byte[0], Optional.of(new byte[512]), "console=ttyS0");
    LoadedImage with = GuestPrograms.addTo(image);
    assertThat(with.commandLine()).isEqualTo("console=ttyS0 " + GuestPrograms.PARAMETER);
    assertThat(with.initrd().orElseThrow().length)
        .isGreaterThan(512 + GuestPrograms.executable().length);
  }

  @Test
  void theSiteNamesTheJvm() {
    assertThat(Site.here().jvm()).contains(Runtime.version().toString());
    assertThat(Site.here().machine()).isNotBlank();
  }
}
