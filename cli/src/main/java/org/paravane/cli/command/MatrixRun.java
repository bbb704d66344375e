package org.paravane.cli.command;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.paravane.cli.options.OutputOptions;
import org.paravane.cli.output.MatrixPrinter;
import org.paravane.cli.output.Palette;
import org.paravane.cli.terminal.Host;
import org.paravane.cli.terminal.Terminal;
import org.paravane.harness.BootResult;
import org.paravane.harness.Harness;
import org.paravane.harness.Matrix;
import org.paravane.harness.report.ReportFile;
import org.paravane.harness.spec.BootSpec;

/** Many boots, shown as a table on the standard output. */
final class MatrixRun {
  private final Matrix matrix;
  private final Host host;
  private final OutputOptions options;

  MatrixRun(Harness harness, Host host, OutputOptions options) {
    this.matrix = new Matrix(harness);
    this.host = host;
    this.options = options;
  }

  /**
   * Boots each of {@code bases} on every platform that takes it, or only on its own; gives the exit code.
   *
   * @param parallel how many at a time
   */
  int run(List<BootSpec> bases, boolean everyPlatform, int parallel) {
    List<BootSpec> boots =
        bases.stream()
            .flatMap(base ->
                everyPlatform
                    ? matrix.onEveryPlatform(base).stream()
                    : List.of(matrix.onItsPlatform(base)).stream())
            .toList();
    options.reports().forEach(ReportFile::checkWritable);
    MatrixPrinter printer =
        new MatrixPrinter(
            new PrintStream(host.output(), true, StandardCharsets.UTF_8),
            Palette.of(options.color(), host, Terminal.Stream.OUTPUT),
            boots);
    if (!options.quiet()) {
      printer.head();
    }
    ExitHook hook = new ExitHook(matrix::interrupt, () -> {});
    try (hook) {
      List<BootResult> results =
          matrix.run(
              boots,
              parallel,
              result -> {
                if (!options.quiet()) {
                  printer.row(result);
                }
              });
      options.reports().forEach(report -> report.write(results));
      int exitCode = Matrix.exitCode(results);
      if (!options.quiet() || exitCode != 0) {
        printer.reasons(results, host.error(), Palette.of(options.color(), host));
      }
      return exitCode;
    }
  }
}
