package org.paravane.harness.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.paravane.harness.BootResult;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/**
 * A report that is to be written.
 *
 * @param format what to write
 * @param path where to
 */
public record ReportFile(ReportFormat format, Path path) {
  /**
   * Reads {@code json=FILE}, {@code junit=FILE} or {@code html=FILE}.
   *
   * @throws HarnessException {@link ErrorCode#BAD_OPTION}
   */
  public static ReportFile parse(String text) {
    int equals = text.indexOf('=');
    String format = equals < 0 ? text : text.substring(0, equals);
    String file = equals < 0 ? "" : text.substring(equals + 1);
    if (!file.isEmpty()) {
      for (ReportFormat known : ReportFormat.values()) {
        if (known.name().equalsIgnoreCase(format)) {
          return new ReportFile(known, Path.of(file));
        }
      }
    }
    throw new HarnessException(
        ErrorCode.BAD_OPTION,
        "A report is json=FILE, junit=FILE or html=FILE, not '" + text + "'.");
  }

  /**
   * Creates the file, or opens it, to learn before a long boot that it can be written. What it holds stays.
   *
   * @throws HarnessException {@link ErrorCode#HOST_IO}
   */
  public void checkWritable() {
    boolean existed = Files.exists(path);
    try {
      Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      if (!existed) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Writes the report.
   *
   * @throws HarnessException {@link ErrorCode#HOST_IO}
   */
  public void write(BootResult result) {
    write(out -> {
      switch (format) {
        case JSON -> JsonReport.write(result, out);
        case JUNIT -> JunitReport.write(result, out);
        case HTML -> HtmlReport.write(List.of(result), out);
      }
    });
  }

  /**
   * Writes the report of several boots.
   *
   * @throws HarnessException {@link ErrorCode#HOST_IO}
   */
  public void write(List<BootResult> results) {
    write(out -> {
      switch (format) {
        case JSON -> JsonReport.write(results, out);
        case JUNIT -> JunitReport.write(results, out);
        case HTML -> HtmlReport.write(results, out);
      }
    });
  }

  private interface Document {
    void writeTo(OutputStream out) throws IOException;
  }

  private void write(Document document) {
    try (OutputStream out = Files.newOutputStream(path)) {
      document.writeTo(out);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private HarnessException unwritable(IOException e) {
    Path parent = path.toAbsolutePath().getParent();
    String why =
        Files.isDirectory(path)
            ? "it is a directory"
            : parent != null && Files.notExists(parent)
                ? "the directory " + parent + " does not exist"
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    return new HarnessException(
        ErrorCode.HOST_IO, "The report " + path + " cannot be written: " + why + ".", e);
  }
}
