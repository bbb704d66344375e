package org.paravane.harness.report;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.spec.ErrorCode;

/**
 * Writes boots as a JUnit XML test suite of one test case each: a guest's verdict is a failure, trouble of the host or of
 * Paravane is an error, a missing image skips the case.
 */
public final class JunitReport {
  private JunitReport() {}

  /**
   * Writes {@code result} to {@code out}, in UTF-8, and leaves it open.
   *
   * @throws IOException if {@code out} fails
   */
  public static void write(BootResult result, OutputStream out) throws IOException {
    write(List.of(result), out);
  }

  /**
   * Writes {@code results} to {@code out}, in UTF-8, and leaves it open.
   *
   * @throws IOException if {@code out} fails
   */
  public static void write(List<BootResult> results, OutputStream out) throws IOException {
    try {
      XMLStreamWriter xml =
          XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      suite(results, xml);
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IOException(e);
    }
  }

  private static void suite(List<BootResult> results, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "paravane");
    xml.writeAttribute("tests", Integer.toString(results.size()));
    xml.writeAttribute("failures", count(results, JunitReport::failed));
    xml.writeAttribute(
        "errors", count(results, result -> result instanceof BootFailure && !skipped(result)));
    xml.writeAttribute("skipped", count(results, JunitReport::skipped));
    xml.writeAttribute("time", seconds(results.stream().mapToLong(JunitReport::hostNanos).sum()));
    for (BootResult result : results) {
      testCase(result, xml);
    }
    xml.writeEndElement();
  }

  private static String count(List<BootResult> results, Predicate<BootResult> kind) {
    return Long.toString(results.stream().filter(kind).count());
  }

  private static boolean failed(BootResult result) {
    return result instanceof BootReport report && !report.outcome().success();
  }

  private static void testCase(BootResult result, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "paravane." + ReportText.plain(result.spec().platform()));
    xml.writeAttribute("name", ReportText.plain(result.spec().image()));
    xml.writeAttribute("time", seconds(hostNanos(result)));
    switch (result) {
      case BootFailure notRun when skipped(result) ->
          problem(xml, "skipped", notRun.code(), notRun.message(), "");
      case BootFailure notRun -> problem(xml, "error", notRun.code(), notRun.message(), "");
      case BootReport report -> {
        if (failed(result)) {
          problem(
              xml, "failure", report.outcome().id(), report.outcome().summary(), details(report));
        }
        xml.writeStartElement("system-out");
        xml.writeCharacters(
            ReportText.plain(new String(report.console().bytes(), StandardCharsets.UTF_8)));
        xml.writeEndElement();
      }
    }
    xml.writeEndElement();
  }

  private static boolean skipped(BootResult result) {
    return result instanceof BootFailure failure
        && (failure.code().equals(ErrorCode.IMAGE_NOT_FOUND.name())
            || failure.code().equals(ErrorCode.IMAGE_NOT_FETCHED.name()));
  }

  private static void problem(
      XMLStreamWriter xml, String element, String type, String message, String details)
      throws XMLStreamException {
    xml.writeStartElement(element);
    if (!element.equals("skipped")) {
      xml.writeAttribute("type", type);
    }
    xml.writeAttribute("message", ReportText.plain(message));
    xml.writeCharacters(ReportText.plain(details));
    xml.writeEndElement();
  }

  private static String details(BootReport report) {
    StringBuilder text = new StringBuilder();
    report.missing().forEach(marker -> text.append("not seen: ").append(marker).append('\n'));
    report.closestLine().ifPresent(line -> text.append("closest line: ").append(line).append('\n'));
    text.append("RIP 0x%016x".formatted(report.machine().rip()));
    report.machine().symbol().ifPresent(symbol -> text.append(' ').append(symbol));
    text.append(" after ").append(report.outcome().end().instructions()).append(" instructions\n");
    report.machine().disassembly().forEach(line -> text.append(line).append('\n'));
    report.machine().registers().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private static long hostNanos(BootResult result) {
    return result instanceof BootReport report ? report.outcome().end().hostNanos() : 0;
  }

  private static String seconds(long nanos) {
    return BigDecimal.valueOf(nanos, 9).setScale(3, RoundingMode.HALF_UP).toPlainString();
  }
}
