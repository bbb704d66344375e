package org.paravane.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.paravane.cli.options.TimeSpan;
import org.paravane.cli.terminal.Host;
import org.paravane.harness.Harness;
import org.paravane.harness.comparison.Comparison;
import org.paravane.harness.comparison.Emulator;
import org.paravane.harness.comparison.TimedBoot;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.CatalogueEntry;
import org.paravane.harness.spi.LoadedImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Boots the same images in Paravane and in QEMU, in turns, and compares the times. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Boots workload64, and debian-cloud if it was fetched, in Paravane and in QEMU's translator (TCG) if it is"
          + " installed: in turns, from the start of the command to the marker.",
      "Kernel, initramfs and command line are the same. The table has the shortest of the rounds, and what multiple of"
          + " Paravane's time it is."
    })
public final class BenchCommand implements Runnable {
  private static final String PARAVANE = "paravane";
  private static final String QEMU = "qemu-tcg";
  private static final String WORKLOAD = "workload64";
  private static final String WORKLOAD_MARKER = "workload64 DONE";
  private static final String DEBIAN = "debian-cloud";
  private static final String DEBIAN_MARKER = "PARAVANE-USERSPACE";
  private static final double NANOS_PER_SECOND = 1e9;

  private final Harness harness;
  private final Host host;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Boots of each kind (default: 3).")
  private int rounds;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes every boot's times to a file.")
  private Path json;

  @Option(
      names = "--qemu",
      paramLabel = "PROGRAM",
      defaultValue = "qemu-system-x86_64",
      description = "The QEMU to compare with (default: qemu-system-x86_64).")
  private String qemu;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "300s",
      converter = TimeSpan.class,
      description = "The longest a boot may take (default: 300s).")
  private Duration timeout;

  @Spec private CommandSpec spec;

  /** Compares with the images of {@code harness}, in the process {@code host}. */
  public BenchCommand(Harness harness, Host host) {
    this.harness = harness;
    this.host = host;
  }

  @Override
  public void run() {
    String launcher = System.getProperty("paravane.launcher");
    if (launcher == null) {
      throw new HarnessException(
          ErrorCode.HOST_IO,
          "The comparison starts Paravane afresh each time; run it as 'paravane bench'.");
    }
    List<TimedBoot> boots = new ArrayList<>();
    try {
      Path folder = Files.createTempDirectory("paravane-bench");
      try {
        compare(launcher, folder, WORKLOAD, WORKLOAD_MARKER, boots);
        if (isHere(DEBIAN)) {
          compare(launcher, folder, DEBIAN, DEBIAN_MARKER, boots);
        }
      } finally {
        delete(folder);
      }
      Comparison comparison = new Comparison(boots);
      print(comparison);
      if (json != null) {
        Files.write(json, comparison.json());
      }
    } catch (IOException e) {
      throw new HarnessException(
          ErrorCode.HOST_IO, "A file cannot be written: " + e.getMessage() + ".", e);
    }
  }

  private boolean isHere(String image) {
    return harness.images().list().stream()
        .anyMatch(
            entry -> entry.name().equals(image) && entry.state() != CatalogueEntry.State.ABSENT);
  }

  private void compare(
      String launcher, Path folder, String image, String marker, List<TimedBoot> boots)
      throws IOException {
    List<Emulator> emulators = new ArrayList<>();
    emulators.add(new Emulator(PARAVANE, List.of(launcher, "boot", image, "--quiet")));
    if (installed(qemu)) {
      emulators.add(new Emulator(QEMU, qemuCommand(folder, image)));
    }
    for (int round = 0; round < rounds; round++) {
      for (Emulator emulator : emulators) {
        boots.add(TimedBoot.run(emulator, image, marker, timeout));
      }
    }
  }

  private boolean installed(String program) {
    return program.contains("/")
        || Stream.of(host.environment().getOrDefault("PATH", "").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private List<String> qemuCommand(Path folder, String image) throws IOException {
    LoadedImage loaded = harness.images().load(image);
    List<String> command =
        new ArrayList<>(
            List.of(
                qemu,
                "-accel",
                "tcg",
                "-cpu",
                "max",
                "-m",
                "512",
                "-display",
                "none",
                "-serial",
                "stdio"));
    command.addAll(List.of("-monitor", "none", "-no-reboot", "-append", loaded.commandLine()));
    command.addAll(
        List.of("-kernel", Files.write(folder.resolve(image), loaded.kernel()).toString()));
    Optional<byte[]> initrd = loaded.initrd();
    if (initrd.isPresent()) {
      command.addAll(
          List.of(
              "-initrd", Files.write(folder.resolve(image + ".initrd"), initrd.get()).toString()));
    }
    return command;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private void print(Comparison comparison) {
    PrintWriter out = spec.commandLine().getOut();
    StringBuilder header = new StringBuilder("%-28s".formatted("boot"));
    comparison.emulators().forEach(emulator -> header.append("%12s        ".formatted(emulator)));
    out.println(header.toString().stripTrailing());
    for (Comparison.Row row : comparison.rows()) {
      StringBuilder line =
          new StringBuilder(
              "%-28s".formatted(row.stretch().map(name -> "  " + name).orElse(row.image())));
      row.wallNanos()
          .forEach((emulator, nanos) ->
              line.append(
                  String.format(
                      Locale.ROOT,
                      "%10.3f s %6.2fx",
                      nanos / NANOS_PER_SECOND,
                      row.ratio(emulator))));
      out.println(line);
    }
  }
}
