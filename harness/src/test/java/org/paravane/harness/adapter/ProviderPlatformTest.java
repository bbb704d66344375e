package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.harness.BootReport;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;

class ProviderPlatformTest {
  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              Platforms.installed().all().stream()
                  .<BootPlatform>map(provider -> new ProviderPlatform(provider, cpu -> List.of("cpu " + cpu.id)))
                  .toList()));

  @Test
  void embeddedKernelBootsOnBareTheSameEachTime() {
    BootSpec spec = BootSpec.of(BootSpec.DEFAULT_IMAGE).expect("PARAVANE: bare BOOT OK").build();
    BootReport first = harness.boot(spec);
    BootReport second = harness.boot(spec);
    assertThat(first.exitCode()).isZero();
    assertThat(first.outcome().summary()).contains("powered off");
    assertThat(second.outcome().end().instructions())
        .isEqualTo(first.outcome().end().instructions());
    assertThat(second.console().sha256()).isEqualTo(first.console().sha256());
    assertThat(first.machine().registers())
        .anyMatch(line -> line.startsWith("rip "))
        .anyMatch(line -> line.startsWith("cr0 "));
    assertThat(first.machine().disassembly()).containsExactly("cpu 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "vmi", "lguest"})
  void thirtyTwoBitKernelTakesEveryStepOnEachOfItsPlatforms(String platform) {
    BootSpec spec =
        BootSpec.of("test32")
            .platform(platform)
            .expect("page tables: own ones loaded and switched")
            .expect("page faults: 2 taken and repaired")
            .expect("timer: 11 interrupts at 1000 Hz")
            .expect("user mode: 3 system calls, CS 0x73")
            .expect("event: 1 sent to ourselves")
            .expect("PARAVANE: %s BOOT OK".formatted(platform))
            .build();
    BootReport first = harness.boot(spec);
    BootReport second = harness.boot(spec);
    assertThat(first.exitCode()).as(first.outcome().summary()).isZero();
    assertThat(second.outcome().end().instructions())
        .isEqualTo(first.outcome().end().instructions());
    assertThat(second.console().sha256()).isEqualTo(first.console().sha256());
  }
}
