package org.paravane.cli.options;

import java.util.ArrayList;
import java.util.List;
import org.paravane.harness.report.ReportFile;
import org.paravane.harness.spec.HarnessException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What is told of one boot or of many. */
public class OutputOptions {
  /** When to colour what we print. */
  public enum Color {
    /** On a terminal, unless NO_COLOR is set. */
    AUTO,
    /** Always. */
    ALWAYS,
    /** Never. */
    NEVER
  }

  /** Reads {@code json=FILE}, {@code junit=FILE} or {@code html=FILE}. */
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

  @Option(
      names = "--report",
      paramLabel = "KIND=FILE",
      converter = Report.class,
      description = "Writes a report: json=FILE, junit=FILE or html=FILE. Repeatable.")
  private List<ReportFile> reports = new ArrayList<>();

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints nothing of ours but one sentence when something is wrong.")
  private boolean quiet;

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

  /** Whether to print only what is wrong. */
  public boolean quiet() {
    return quiet;
  }

  /** When to colour. */
  public Color color() {
    return color;
  }
}
