package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.boot.image.KernelImage;
import org.paravane.core.ParavaneException;
import org.paravane.harness.BootReport;
import org.paravane.harness.ExitCode;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.Inspection;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.platform.PlatformOption;

class InstalledPlatformsTest {
  /** A platform that boots every kernel or none; its guest prints its command line. */
  private record Echo(String name, boolean able) implements BootPlatform {
    @Override
    public String description() {
      return "prints the command line";
    }

    @Override
    public List<PlatformOption> options() {
      return List.of(new PlatformOption("voice", List.of("low", "loud"), "How it prints."));
    }

    @Override
    public boolean canBoot(KernelImage kernel) {
      return able;
    }

    @Override
    public BootableMachine prepare(
        BootSpec spec,
        KernelImage kernel,
        LoadedImage image,
        String commandLine,
        IntConsumer console) {
      return new ScriptedGuest().print("<" + commandLine + ">").powerOff().connect(console);
    }
  }

  private final CatalogueLibrary images = new CatalogueLibrary(Path.of("no-such-cache"));
  private final InstalledPlatforms platforms =
      new InstalledPlatforms(List.of(new Echo("bare", true), new Echo("other", false)));

  /** A platform whose console is not COM1. */
  private record OtherConsole() implements BootPlatform {
    @Override
    public String name() {
      return "xen-like";
    }

    @Override
    public String description() {
      return "prints the command line";
    }

    @Override
    public boolean canBoot(KernelImage kernel) {
      return true;
    }

    @Override
    public String consoleArgument() {
      return "console=hvc0";
    }

    @Override
    public BootableMachine prepare(
        BootSpec spec,
        KernelImage kernel,
        LoadedImage image,
        String commandLine,
        IntConsumer console) {
      return new ScriptedGuest().print("<" + commandLine + ">").powerOff().connect(console);
    }
  }

  @Test
  void imagesOwnConsoleArgumentGivesWayToThePlatforms() {
    InstalledPlatforms installed = new InstalledPlatforms(List.of(new OtherConsole()));
    BootSpec spec = BootSpec.of("test64").platform("xen-like").build();
    LoadedImage image =
        images.load("test64").withCommandLine("quiet console=ttyS0 earlycon=console=ttyS0 x");
    assertThat(installed.suited(spec, image).commandLine())
        .isEqualTo("quiet console=hvc0 earlycon=console=ttyS0 x");
  }

  @Test
  void consoleArgumentThatTheUserGivesStays() {
    BootReport report =
        new Harness(images, new InstalledPlatforms(List.of(new OtherConsole())))
            .boot(
                BootSpec.of("test64")
                    .platform("xen-like")
                    .commandLine("console=ttyS0")
                    .expect("<console=ttyS0>")
                    .build());
    assertThat(report.exitCode()).isZero();
  }

  @Test
  void kernelOfTheCatalogueBootsWithItsCommandLine() {
    BootReport report =
        new Harness(images, platforms)
            .boot(BootSpec.of("test64").commandLine("a").append("b").expect("<a b>").build());
    assertThat(report.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "voice, soft, '--voice is one of low, loud, not ''soft''.'",
    "tone, low, no option --tone"
  })
  void platformOptionsAreThoseOfThePlatform(String name, String value, String sentence) {
    BootSpec spec = BootSpec.of("test64").platformOption(name, value).build();
    assertThatThrownBy(() -> new Harness(images, platforms).boot(spec))
        .isInstanceOfSatisfying(
            HarnessException.class, e -> assertThat(e.error()).isEqualTo(ErrorCode.BAD_OPTION))
        .hasMessageContaining(sentence);
  }

  @Test
  void unknownPlatformNamesTheOnesThereAre() {
    assertThatThrownBy(() ->
            new Harness(images, platforms).boot(BootSpec.of("test64").platform("xbox").build()))
        .isInstanceOfSatisfying(
            HarnessException.class,
            e -> assertThat(e.error()).isEqualTo(ErrorCode.UNKNOWN_PLATFORM))
        .hasMessageContaining("'xbox'")
        .hasMessageContaining("bare, other");
  }

  @Test
  void platformThatCannotBootTheKernelNamesOneThatCan() {
    assertThatThrownBy(() ->
            new Harness(images, platforms).boot(BootSpec.of("test64").platform("other").build()))
        .isInstanceOfSatisfying(
            HarnessException.class,
            e -> assertThat(e.error()).isEqualTo(ErrorCode.IMAGE_NOT_FOR_PLATFORM))
        .hasMessageContaining("it can on bare");
  }

  @Test
  void inspectionSaysWhatTheEmbeddedKernelIs() {
    Inspection inspection = platforms.inspect(images.load("test64"));
    assertThat(inspection.format()).contains("ELF");
    assertThat(inspection.facts()).containsKey("protocols");
    assertThat(inspection.platforms()).containsExactly("bare");
  }

  @Test
  void whatIsNoKernelIsAnImageError() {
    LoadedImage junk = new LoadedImage("junk", new byte[100], Optional.empty(), "");
    assertThatThrownBy(() -> platforms.inspect(junk))
        .isInstanceOfSatisfying(
            ParavaneException.class,
            e -> {
              assertThat(e.code()).isEqualTo("IMAGE_UNKNOWN_FORMAT");
              assertThat(ExitCode.of(e)).isEqualTo(ExitCode.IMAGE);
            });
  }
}
