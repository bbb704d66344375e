package org.paravane.cli.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
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
import org.paravane.debug.trace.TraceFilter;
import org.paravane.debug.trace.TraceFormat;
import org.paravane.debug.trace.TraceRange;
import org.paravane.debug.trace.Tracer;
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
   * @param error where a trace goes that has no file
   * @throws HarnessException if a file can't be written, or the machine can't be looked into
   */
  static Observation of(ObservationOptions options, BootSession session, PrintStream error) {
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
      if (!options.trace().isEmpty()) {
        observation.trace(machine, symbols, options, error);
      }
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

  private void trace(
      Machine machine, Symbols symbols, ObservationOptions options, PrintStream error) {
    List<TraceRange> addresses = new ArrayList<>(options.traceAddresses());
    options.traceSymbols().forEach(name -> addresses.add(function(symbols, name)));
    Writer file =
        options
            .traceFile()
            .<Writer>map(Observation::create)
            .orElseGet(() -> new OutputStreamWriter(error, StandardCharsets.UTF_8));
    TraceFormat format = options.traceFormat();
    Tracer.attach(
        machine,
        new TraceFilter(options.trace(), addresses, options.traceInstructions()),
        symbols,
        event -> {
          try {
            file.append(format.line(event)).append('\n');
          } catch (IOException e) {
            throw unwritable(e);
          }
        });
    endings.add(options.traceFile().isPresent() ? file::close : file::flush);
  }

  private static TraceRange function(Symbols symbols, String name) {
    long address =
        symbols
            .address(name)
            .orElseThrow(() ->
                new HarnessException(
                    ErrorCode.BAD_OPTION,
                    "--trace-symbol: the kernel has no symbol '%s'.".formatted(name)));
    int next = symbols.indexAt(address);
    while (next < symbols.count() && symbols.symbol(next).address() == address) {
      next++;
    }
    return new TraceRange(
        address, next == symbols.count() ? address : symbols.symbol(next).address() - 1);
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
      throw new HarnessException(ErrorCode.HOST_IO, "'%s' can't be written.".formatted(file), e);
    }
  }

  @Override
  public void close() {
    for (Ending ending : endings) {
      try {
        ending.end();
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
  }

  private static HarnessException unwritable(IOException e) {
    return new HarnessException(
        ErrorCode.HOST_IO, "A trace or profile can't be written: " + e.getMessage() + ".", e);
  }
}
