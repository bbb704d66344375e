package org.paravane.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.paravane.cli.options.TimeSpan;
import org.paravane.cli.terminal.Host;
import org.paravane.harness.Harness;
import org.paravane.harness.comparison.Comparison;
import org.paravane.harness.comparison.Emulator;
import org.paravane.harness.comparison.Goal;
import org.paravane.harness.comparison.GuestPrograms;
import org.paravane.harness.comparison.Measurements;
import org.paravane.harness.comparison.Plot;
import org.paravane.harness.comparison.RepeatedBoots;
import org.paravane.harness.comparison.Site;
import org.paravane.harness.comparison.TimedBoot;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.CatalogueEntry;
import org.paravane.harness.spi.LoadedImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Boots the same images in Paravane and in other emulators, in turns, and compares the times. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Measures Paravane, with and without its second tier, beside QEMU's translator (TCG) and Bochs, where they are"
          + " installed: in turns, each in a process of its own, with the same kernel, initramfs and command line.",
      "The table has the shortest of the rounds, and below it what was aimed at. Bochs needs a disc, which"
          + " grub-mkrescue makes; debian-cloud has to be fetched for all but 'workload' and 'repeated'."
    })
public final class BenchCommand implements Runnable {
  /** What can be measured. */
  enum Work {
    /** Debian's kernel, from the start of the command to its user space. */
    BOOT,
    /** Our programs in Debian's user space, each from its start to its end. */
    PROGRAMS,
    /** The workload64 kernel and its parts. */
    WORKLOAD,
    /** The test kernel again and again in one JVM. */
    REPEATED
  }

  private static final String WORKLOAD = "workload64";
  private static final String WORKLOAD_MARKER = "workload64 DONE";
  private static final String DEBIAN_MARKER = "PARAVANE-USERSPACE";
  private static final double REPEATED_LIMIT_MILLIS = 20;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  private final Harness harness;
  private final Host host;

  @Option(
      names = "--only",
      paramLabel = "WORK",
      split = ",",
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
  private Set<Work> only = EnumSet.allOf(Work.class);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Boots of each kind (default: 3).")
  private int rounds;

  @Option(
      names = "--boots",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Boots of the test kernel in one JVM (default: 1000).")
  private int boots;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes every time to a file.")
  private Path json;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draws the times as multiples of QEMU's, an SVG picture.")
  private Path plot;

  @Option(
      names = "--qemu",
      paramLabel = "PROGRAM",
      defaultValue = "qemu-system-x86_64",
      description = "The QEMU to compare with (default: qemu-system-x86_64).")
  private String qemu;

  @Option(
      names = "--bochs",
      paramLabel = "PROGRAM",
      defaultValue = "bochs",
      description = "The Bochs to compare with (default: bochs).")
  private String bochs;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "900s",
      converter = TimeSpan.class,
      description = "The longest a boot may take (default: 900s).")
  private Duration timeout;

  @Spec private CommandSpec spec;

  /** Compares with the images of {@code harness}, in the process {@code host}. */
  public BenchCommand(Harness harness, Host host) {
    this.harness = harness;
    this.host = host;
  }

  @Override
  public void run() {
    if (rounds < 1 || boots < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds and --boots are at least 1");
    }
    String launcher = System.getProperty("paravane.launcher");
    if (launcher == null) {
      throw new HarnessException(
          ErrorCode.HOST_IO,
          "The comparison starts Paravane afresh each time; run it as 'paravane bench'.");
    }
    try {
      Site site = Site.here();
      Comparison comparison = compare(launcher);
      Optional<RepeatedBoots> repeated =
          only.contains(Work.REPEATED)
              ? Optional.of(RepeatedBoots.run(harness, boots))
              : Optional.empty();
      Measurements measurements = new Measurements(site, comparison, repeated);
      print(measurements);
      if (json != null) {
        Files.write(json, measurements.json());
      }
      if (plot != null) {
        Files.write(plot, Plot.svg(measurements, Goal.QEMU));
      }
    } catch (IOException e) {
      throw new HarnessException(
          ErrorCode.HOST_IO, "A file cannot be written: " + e.getMessage() + ".", e);
    }
  }

  private Comparison compare(String launcher) throws IOException {
    List<TimedBoot> timed = new ArrayList<>();
    Path folder = Files.createTempDirectory("paravane-bench");
    try {
      ComparedEmulators emulators = new ComparedEmulators(launcher, qemu, bochs, host, folder);
      if (only.contains(Work.WORKLOAD)) {
        LoadedImage image = harness.images().load(WORKLOAD);
        compare(emulators.of(image, WORKLOAD, false), WORKLOAD, WORKLOAD_MARKER, timed);
      }
      if (isHere(Goal.BOOT)) {
        LoadedImage image = harness.images().load(Goal.BOOT);
        if (only.contains(Work.BOOT)) {
          compare(emulators.of(image, Goal.BOOT, true), Goal.BOOT, DEBIAN_MARKER, timed);
        }
        if (only.contains(Work.PROGRAMS)) {
          LoadedImage programs = GuestPrograms.addTo(image);
          compare(
              emulators.of(programs, Goal.PROGRAMS, true),
              Goal.PROGRAMS,
              GuestPrograms.MARKER,
              timed);
        }
      } else if (only.contains(Work.BOOT) || only.contains(Work.PROGRAMS)) {
        host.error()
            .println(
                "paravane: Debian's boot and programs are left out; run 'paravane images fetch "
                    + Goal.BOOT
                    + "' first.");
      }
    } finally {
      delete(folder);
    }
    return new Comparison(timed);
  }

  private boolean isHere(String image) {
    return harness.images().list().stream()
        .anyMatch(
            entry -> entry.name().equals(image) && entry.state() != CatalogueEntry.State.ABSENT);
  }

  private void compare(List<Emulator> emulators, String image, String marker, List<TimedBoot> to) {
    for (int round = 0; round < rounds; round++) {
      for (Emulator emulator : emulators) {
        to.add(TimedBoot.run(emulator, image, marker, timeout));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void print(Measurements measurements) {
    PrintWriter out = spec.commandLine().getOut();
    Site site = measurements.site();
    line(out, "%s", site.jvm());
    line(out, "%s, %d processors, load %.1f", site.machine(), site.processors(), site.load());
    Comparison comparison = measurements.comparison();
    List<String> emulators = comparison.emulators();
    if (!emulators.isEmpty()) {
      StringBuilder header = new StringBuilder("%-36s".formatted(""));
      emulators.forEach(emulator -> header.append("%14s".formatted(emulator)));
      line(out, "%n%s", header);
      comparison.rows().forEach(row -> print(out, row, emulators));
      out.println();
      Goal.of(comparison).forEach(goal -> print(out, goal));
    }
    measurements
        .repeated()
        .ifPresent(repeated ->
            line(
                out,
                "%-34s %-24s %8.1f ms (goal: %.0f ms)",
                "boot %d of the test kernel".formatted(repeated.nanos().size()),
                "in one JVM",
                repeated.median() / NANOS_PER_MILLI,
                REPEATED_LIMIT_MILLIS));
  }

  private static void print(PrintWriter out, Comparison.Row row, List<String> emulators) {
    StringBuilder text =
        new StringBuilder(
            "%-36s".formatted(row.stretch().map(name -> "  " + name).orElse(row.image())));
    Map<String, Long> times = row.wallNanos();
    for (String emulator : emulators) {
      text.append(
          times.containsKey(emulator)
              ? String.format(Locale.ROOT, "%12.3f s", times.get(emulator) / NANOS_PER_SECOND)
              : "%14s".formatted("-"));
    }
    line(out, "%s", text);
  }

  private static void print(PrintWriter out, Goal goal) {
    String measured =
        goal.ratio().isPresent()
            ? String.format(Locale.ROOT, "%8.2f", goal.ratio().getAsDouble())
            : "%8s".formatted("-");
    line(
        out,
        "%-34s %-24s %s    (goal: %.1f%s)",
        goal.work(),
        goal.emulator() + " / " + goal.reference(),
        measured,
        goal.limit(),
        goal.met() ? ", met" : "");
  }

  private static void line(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
