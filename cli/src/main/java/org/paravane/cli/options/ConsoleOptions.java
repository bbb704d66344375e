package org.paravane.cli.options;

import java.util.ArrayList;
import java.util.List;
import org.paravane.cli.terminal.EscapeKey;
import org.paravane.harness.report.ReportFile;
import org.paravane.harness.spec.HarnessException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The console, and what is told of the run. */
public final class ConsoleOptions {
  /** When to colour what we print. */
  public enum Color {
    /** On a terminal, unless NO_COLOR is set. */
    AUTO,
    /** Always. */
    ALWAYS,
    /** Never. */
    NEVER
  }

  /** Reads {@code json=FILE} or {@code junit=FILE}. */
  static final class Report implements ITypeConverter<ReportFile> {
    @Override
    public ReportFile convert(String text) {
      try {
        return ReportFile.parse(text);
      } catch (HarnessException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads the name of a key. */
  static final class Key implements ITypeConverter<EscapeKey> {
    @Override
    public EscapeKey convert(String text) {
      try {
        return EscapeKey.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Option(
      names = "--report",
      paramLabel = "KIND=FILE",
      converter = Report.class,
      description = "Writes a report: json=FILE or junit=FILE. Repeatable.")
  private List<ReportFile> reports = new ArrayList<>();

  @Option(
      names = "--escape",
      paramLabel = "KEY",
      converter = Key.class,
      description = {
        "The key that speaks to Paravane on a terminal: ctrl-a to ctrl-z, or none (default:"
            + " ctrl-a).",
        "Ctrl-A x leaves, Ctrl-A h lists the keys, Ctrl-A Ctrl-A types Ctrl-A."
      })
  private EscapeKey escape = EscapeKey.DEFAULT;

  @Option(
      names = "--no-stdin",
      description =
          "Leaves the standard input alone; else what is typed or piped goes to the guest.")
  private boolean noInput;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints nothing of ours but one sentence when something is wrong.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tells the phases of the boot; twice, the counters of the machine too.")
  private boolean[] verbose = {};

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description =
          "Colours in our messages: auto, always or never (default: auto; NO_COLOR is honoured).")
  private Color color = Color.AUTO;

  /** The reports to write. */
  public List<ReportFile> reports() {
    return reports;
  }

  /** The escape key. */
  public EscapeKey escape() {
    return escape;
  }

  /** Whether the guest gets the standard input. */
  public boolean input() {
    return !noInput;
  }

  /** Whether to print only what is wrong. */
  public boolean quiet() {
    return quiet;
  }

  /** How often {@code --verbose} was given. */
  public int verbosity() {
    return verbose.length;
  }

  /** When to colour. */
  public Color color() {
    return color;
  }
}
