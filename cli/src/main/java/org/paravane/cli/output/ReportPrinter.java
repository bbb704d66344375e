package org.paravane.cli.output;

import java.io.PrintStream;
import java.util.List;
import org.paravane.harness.BootReport;
import org.paravane.harness.EndPoint;
import org.paravane.harness.RunOutcome;

/** Tells people what came of a boot: one sentence if it is well, a screen of reasons if not. */
public final class ReportPrinter {
  private static final int COUNTERS = 2;

  private final PrintStream out;
  private final Palette palette;
  private final boolean quiet;
  private final int verbosity;

  /**
   * Prints to {@code out}.
   *
   * @param quiet whether to print only one sentence, and only if something is wrong
   * @param verbosity 1 for the phases, 2 for the counters too
   */
  public ReportPrinter(PrintStream out, Palette palette, boolean quiet, int verbosity) {
    this.out = out;
    this.palette = palette;
    this.quiet = quiet;
    this.verbosity = verbosity;
  }

  /** Prints {@code report}; {@code command} is what the user would type to see it again. */
  public void print(BootReport report, String command) {
    RunOutcome outcome = report.outcome();
    boolean good = outcome.success();
    if (quiet) {
      if (!good) {
        out.println("paravane: " + PlainText.of(outcome.summary()));
      }
      return;
    }
    String summary = "paravane: " + PlainText.of(outcome.summary());
    out.println(good ? palette.good(summary) : palette.bad(summary));
    if (good || outcome instanceof RunOutcome.Interrupted) {
      out.println("  " + amounts(outcome.end()));
    } else {
      reasons(report, command);
    }
    if (verbosity > 0) {
      phases(report);
    }
    if (verbosity >= COUNTERS) {
      report
          .machine()
          .counters()
          .forEach((name, value) -> out.println("  " + name + " " + Quantities.count(value)));
    }
  }

  private void reasons(BootReport report, String command) {
    EndPoint end = report.outcome().end();
    waitedFor(report);
    section("last console lines", end.lastLines(), "| ");
    if (end.lastLines().isEmpty()) {
      out.println(
          "  The console was silent. A Linux kernel prints there with --append console=ttyS0 (Xen:"
              + " console=hvc0).");
    }
    String symbol = report.machine().symbol().map(name -> "  " + name).orElse("");
    out.println(palette.label("stopped at") + " RIP 0x%016x".formatted(end.rip()) + symbol);
    report.machine().disassembly().forEach(line -> out.println("  " + line));
    section("registers", report.machine().registers(), "");
    out.println(palette.label("after") + " " + amounts(end));
    out.println(palette.label("repeat") + " " + command);
  }

  private void waitedFor(BootReport report) {
    if (report.missing().isEmpty()) {
      return;
    }
    int seen = report.markers().size();
    out.println(
        palette.label("waited for")
            + " '%s' (marker %d of %d)"
                .formatted(report.missing().getFirst(), seen + 1, seen + report.missing().size()));
    report
        .closestLine()
        .ifPresent(line -> out.println(palette.label("closest line") + " " + PlainText.of(line)));
  }

  private void section(String title, List<String> lines, String margin) {
    if (!lines.isEmpty()) {
      out.println(palette.label(title));
      lines.forEach(line -> out.println("  " + palette.faint(margin) + PlainText.of(line)));
    }
  }

  private void phases(BootReport report) {
    out.println(palette.label("phases"));
    report
        .phases()
        .forEach(phase ->
            out.println(
                "  %-14s %s of guest time, %s instructions, %s"
                    .formatted(
                        phase.name(),
                        Quantities.seconds(phase.virtualNanos()),
                        Quantities.count(phase.instructions()),
                        Quantities.seconds(phase.hostNanos()))));
  }

  private static String amounts(EndPoint end) {
    return "%s instructions, %s of guest time, %s (%s)"
        .formatted(
            Quantities.count(end.instructions()),
            Quantities.seconds(end.virtualNanos()),
            Quantities.seconds(end.hostNanos()),
            Quantities.rate(end.instructions(), end.hostNanos()));
  }
}
