package org.paravane.harness.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.harness.BootReport;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;

/** The test kernel while the flight recorder runs. */
class FlightRecordingTest {
  private static final BootSpec SPEC =
      BootSpec.of("test64").platform("kvm").expect("BOOT OK").build();

  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              Platforms.installed().all().stream()
                  .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
                  .toList()));

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("org.paravane." + name))
        .toList();
  }

  @Test
  void recordsTheBootAndWhatItsGuestDoesAndChangesNothing(@TempDir Path folder) throws IOException {
    BootReport plain = harness.boot(SPEC);
    BootReport recorded;
    Path file = folder.resolve("boot.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(BootEvent.class);
      recording.enable(GuestFaultEvent.class);
      recording.enable(HypercallEvent.class);
      recording.enable(DecodeCacheFlushEvent.class);
      recording.start();
      recorded = harness.boot(SPEC);
      recording.stop();
      recording.dump(file);
    }
    assertThat(recorded.outcome().end().instructions())
        .isEqualTo(plain.outcome().end().instructions());
    assertThat(recorded.console().sha256()).isEqualTo(plain.console().sha256());

    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(named(events, "Boot"))
        .singleElement()
        .satisfies(boot -> {
          assertThat(boot.getString("image")).isEqualTo("test64");
          assertThat(boot.getString("platform")).isEqualTo("kvm");
          assertThat(boot.getString("outcome"))
              .isEqualTo(recorded.outcome().getClass().getSimpleName());
          assertThat(boot.getLong("instructions"))
              .isEqualTo(recorded.outcome().end().instructions());
        });
    assertThat(named(events, "GuestFault"))
        .isNotEmpty()
        .allMatch(fault -> fault.getInt("vector") == 14);
    assertThat(named(events, "Hypercall"))
        .isNotEmpty()
        .allMatch(call -> call.getString("instruction").equals("vmcall"));
  }
}
