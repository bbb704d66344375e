package org.paravane.cli.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.cli.options.ObservationOptions;
import org.paravane.core.execution.Machine;
import org.paravane.debug.profile.GuestProfile;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbols;
import org.paravane.harness.BootSession;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.LoadedImage;

/** Writes down what the guest of one boot does; closing it, after the boot, completes the files. */
final class Observation implements AutoCloseable {
  /** What is left to be done for one file. */
  private interface Ending {
    void end() throws IOException;
  }

  private final List<Ending> endings = new ArrayList<>();

  private Observation() {}

  /**
   * Begins; before the session runs.
   *
   * @throws HarnessException if a file can't be written, or the machine can't be looked into
   */
  static Observation of(ObservationOptions options, BootSession session) {
    Observation observation = new Observation();
    if (options.any()) {
      Machine machine =
          session
              .machine()
              .machine()
              .orElseThrow(() ->
                  new HarnessException(
                      ErrorCode.BAD_OPTION, "This platform's machine can't be looked into."));
      Symbols symbols = symbols(session.image());
      options
          .profile()
          .ifPresent(file -> observation.profile(machine, symbols, file, options.profileEvery()));
    }
    return observation;
  }

  private void profile(Machine machine, Symbols symbols, Path path, long every) {
    BufferedWriter file = create(path);
    GuestProfile profile = new GuestProfile(symbols);
    machine.sampler(profile, every);
    endings.add(() -> {
      try (file) {
        profile.writeTo(file);
      }
    });
  }

  private static Symbols symbols(LoadedImage image) {
    return KernelImages.parse(image.kernel(), image.name())
        .elfKernel()
        .map(ElfKernel::elf)
        .map(KernelSymbols::of)
        .orElse(Symbols.NONE);
  }

  private static BufferedWriter create(Path file) {
    try {
      return Files.newBufferedWriter(file);
    } catch (IOException e) {
      throw new HarnessException(
          ErrorCode.HOST_IO, "'%s' can't be written.".formatted(file), e);
    }
  }

  @Override
  public void close() {
    for (Ending ending : endings) {
      try {
        ending.end();
      } catch (IOException e) {
        throw new HarnessException(
            ErrorCode.HOST_IO, "A trace or profile can't be written: " + e.getMessage() + ".", e);
      }
    }
  }
}
