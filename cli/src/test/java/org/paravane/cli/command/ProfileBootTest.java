package org.paravane.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.core.execution.Machine;
import org.paravane.debug.profile.GuestProfile;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbols;
import org.paravane.harness.BootListener;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.platform.Platforms;

/** The test kernel while its instructions are sampled. */
class ProfileBootTest {
  private static final int EVERY = 50;

  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              Platforms.installed().all().stream()
                  .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
                  .toList()));

  private BootReport boot(int cpus, Consumer<Machine> observer) {
    BootSpec spec = BootSpec.of("test64").expect("BOOT OK").cpus(cpus).build();
    BootSession session = harness.prepare(spec, BootListener.NONE);
    observer.accept(session.machine().machine().orElseThrow());
    return session.run();
  }

  private GuestProfile profile() {
    LoadedImage image = harness.images().load("test64");
    Symbols symbols =
        KernelSymbols.of(
            KernelImages.parse(image.kernel(), image.name())
                .elfKernel()
                .map(ElfKernel::elf)
                .orElseThrow());
    return new GuestProfile(symbols);
  }

  private static String text(GuestProfile profile) {
    StringBuilder text = new StringBuilder();
    try {
      profile.writeTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @Test
  void changesNothingThatTheGuestDoes() {
    for (int cpus : new int[] {1, 3}) {
      GuestProfile profile = profile();
      BootReport plain = boot(cpus, _ -> {});
      BootReport sampled = boot(cpus, machine -> machine.sampler(profile, EVERY));
      assertThat(sampled.outcome().end().instructions())
          .isEqualTo(plain.outcome().end().instructions());
      assertThat(sampled.outcome().end().virtualNanos())
          .isEqualTo(plain.outcome().end().virtualNanos());
      assertThat(sampled.console().sha256()).isEqualTo(plain.console().sha256());
      assertThat(profile.samples()).isPositive();
    }
  }

  @Test
  void takesTheSameSamplesInEveryRun() {
    GuestProfile first = profile();
    GuestProfile second = profile();
    boot(1, machine -> machine.sampler(first, EVERY));
    boot(1, machine -> machine.sampler(second, EVERY));
    assertThat(text(second)).isEqualTo(text(first));
  }

  @Test
  void countsSamplesByFunctionWithItsCallersAndByUserMode() {
    GuestProfile profile = profile();
    boot(1, machine -> machine.sampler(profile, 1));
    String text = text(profile);
    assertThat(text).containsPattern("(?m)^(.*;)?put_serial \\d+$");
    assertThat(text).containsPattern("(?m)^\\[user] \\d+$");
    assertThat(text.lines().mapToLong(line -> Long.parseLong(line.replaceAll(".* ", ""))).sum())
        .isEqualTo(profile.samples());
  }
}
