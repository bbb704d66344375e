package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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
                  .<BootPlatform>map(
                      provider -> new ProviderPlatform(provider, cpu -> List.of("cpu " + cpu.id)))
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

  /** The checksums are QEMU's. */
  @Test
  void workloadComputesWhatAnotherEmulatorComputes() {
    BootReport report = harness.boot(BootSpec.of("workload64").build());
    assertThat(new String(report.console().bytes(), StandardCharsets.US_ASCII))
        .contains(
            """
            PARAVANE: integer: checksum 0x709fd36dba44f138
            PARAVANE: branches: checksum 0xf35844ddee42210c
            PARAVANE: calls: checksum 0x9dbb6b0edf95f
            PARAVANE: sort: checksum 0xbc729a488f2dc49a
            PARAVANE: hash: checksum 0x5931f49d791472c5
            PARAVANE: tree: checksum 0xfc72d05a82affbc1
            PARAVANE: strings: checksum 0x77a8685d10c1b520
            PARAVANE: pages: checksum 0xc26ce0f933cab04a
            PARAVANE: system-calls: checksum 0x8fa76001d685d762
            PARAVANE: page-faults: checksum 0x81a688d9106ed83a
            PARAVANE: patches: checksum 0x2b801e5f3d66f05f
            PARAVANE: sse2: checksum 0xfc4f94e4c5b014a0
            PARAVANE: x87: checksum 0x3d084dd0db7700e3
            PARAVANE: ports: checksum 0x14382f366ce85f07
            PARAVANE: workload64 DONE
            """
                .replace("\n", "\r\n"));
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
