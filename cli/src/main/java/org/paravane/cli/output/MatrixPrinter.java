package org.paravane.cli.output;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.EndPoint;
import org.paravane.harness.spec.BootSpec;

/** Prints boots as the rows of a table, one as it ends, and behind it the reasons of those that failed. */
public final class MatrixPrinter {
  private static final int ENTRY_WIDTH = 21;
  private static final int LAST_LINES = 5;
  private static final String NUMBERS = "%5s  %13s  %10s  %9s";

  private final PrintStream out;
  private final Palette palette;
  private final String format;

  /** Prints to {@code out} the results of {@code boots}. */
  public MatrixPrinter(PrintStream out, Palette palette, List<BootSpec> boots) {
    this.out = out;
    this.palette = palette;
    format =
        "%%-%ds  %%-%ds  %%-%ds  "
                .formatted(
                    width("platform", boots, BootSpec::platform),
                    width("image", boots, BootSpec::image),
                    ENTRY_WIDTH)
            + NUMBERS
            + "  ";
  }

  private static int width(String title, List<BootSpec> boots, Function<BootSpec, String> column) {
    return boots.stream().map(column).mapToInt(String::length).reduce(title.length(), Math::max);
  }

  /** Prints the heads of the columns. */
  public void head() {
    String columns =
        format.formatted(
            "platform", "image", "entry", "steps", "instructions", "guest time", "wall time");
    out.println(palette.label(columns + "verdict"));
  }

  /** Prints a row. */
  public void row(BootResult result) {
    String platform = result.spec().platform();
    String image = PlainText.of(result.spec().image());
    switch (result) {
      case BootReport report -> {
        EndPoint end = report.outcome().end();
        String columns =
            format.formatted(
                platform,
                image,
                report.image().entry(),
                Integer.toString(report.phases().size()),
                Quantities.count(end.instructions()),
                Quantities.seconds(end.virtualNanos()),
                Quantities.seconds(end.hostNanos()));
        out.println(columns + verdict(report.outcome().success()));
      }
      case BootFailure _ ->
          out.println(format.formatted(platform, image, "-", "-", "-", "-", "-") + verdict(false));
    }
    out.flush();
  }

  private String verdict(boolean good) {
    return good ? palette.good("passed") : palette.bad("failed");
  }

  /** Prints why boots failed, and how many there were. */
  public void reasons(List<BootResult> results, PrintStream err, Palette errors) {
    long failed = 0;
    for (BootResult result : results) {
      boolean good = result instanceof BootReport report && report.outcome().success();
      if (!good) {
        failed++;
        reason(result, err, errors);
      }
    }
    String sum =
        failed == 0
            ? errors.good("%d boots, all passed.".formatted(results.size()))
            : errors.bad(
                String.format(Locale.ROOT, "%d boots, %d failed.", results.size(), failed));
    err.println("paravane: " + sum);
    err.flush();
  }

  private static void reason(BootResult result, PrintStream err, Palette errors) {
    String where = PlainText.of(result.spec().image()) + " on " + result.spec().platform();
    switch (result) {
      case BootReport report -> {
        err.println(
            errors.bad("paravane: " + where + ": " + PlainText.of(report.outcome().summary())));
        List<String> lines = report.outcome().end().lastLines();
        lines
            .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
            .forEach(line -> err.println("  " + errors.faint("| ") + PlainText.of(line)));
      }
      case BootFailure failure ->
          err.println(errors.bad("paravane: " + where + ": " + PlainText.of(failure.message())));
    }
  }
}
