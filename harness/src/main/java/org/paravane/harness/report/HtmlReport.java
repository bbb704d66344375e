package org.paravane.harness.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.EndPoint;

/**
 * Writes boots as one page for a browser: a table of verdicts by platform and image, charts, and a section for each boot.
 * The page loads nothing, runs no scripts, and forbids both to itself.
 */
public final class HtmlReport {
  private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

  private HtmlReport() {}

  /**
   * Writes {@code results} to {@code out}, in UTF-8, and leaves it open.
   *
   * @throws IOException if {@code out} fails
   */
  public static void write(List<BootResult> results, OutputStream out) throws IOException {
    out.write(page(results).getBytes(StandardCharsets.UTF_8));
  }

  private static String page(List<BootResult> results) throws IOException {
    Markup html = new Markup();
    html.begin("html", "lang", "en").begin("head");
    html.single("meta", "charset", "utf-8");
    html.single("meta", "http-equiv", "Content-Security-Policy", "content", POLICY);
    html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.single("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", "Paravane: " + sum(results)).styles(styles()).end();
    html.begin("body").begin("main");
    html.element("h1", "Paravane").element("p", sum(results), "class", "sum");
    verdicts(html, results);
    charts(html, results);
    for (int i = 0; i < results.size(); i++) {
      BootSection.write(html, results.get(i), target(i));
    }
    return html.end().end().end().toString();
  }

  private static String styles() throws IOException {
    try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String sum(List<BootResult> results) {
    long passed = results.stream().filter(BootSection::passed).count();
    String boots = results.size() == 1 ? "1 boot" : results.size() + " boots";
    return "%s, %d passed, %d failed".formatted(boots, passed, results.size() - passed);
  }

  private static String target(int index) {
    return "boot-" + (index + 1);
  }

  private static List<String> distinct(
      List<BootResult> results, Function<BootResult, String> name) {
    return results.stream().map(name).distinct().toList();
  }

  private static void verdicts(Markup html, List<BootResult> results) {
    List<String> images = distinct(results, result -> result.spec().image());
    html.begin("div", "class", "card scroll").begin("table", "class", "verdicts");
    html.begin("thead").begin("tr").element("th", "platform", "scope", "col");
    images.forEach(image -> html.element("th", image, "scope", "col"));
    html.end().end().begin("tbody");
    for (String platform : distinct(results, result -> result.spec().platform())) {
      html.begin("tr").element("th", platform, "scope", "row");
      for (String image : images) {
        html.begin("td");
        for (int i = 0; i < results.size(); i++) {
          BootResult result = results.get(i);
          if (result.spec().platform().equals(platform) && result.spec().image().equals(image)) {
            html.element(
                "a",
                BootSection.verdict(result),
                "href",
                "#" + target(i),
                "class",
                "verdict " + (BootSection.passed(result) ? "good" : "bad"));
          }
        }
        html.end();
      }
      html.end();
    }
    html.end().end().end();
  }

  private static void charts(Markup html, List<BootResult> results) {
    html.begin("div", "class", "charts");
    chart(
        html,
        results,
        "Instructions",
        EndPoint::instructions,
        end -> Amounts.count(end.instructions()));
    chart(html, results, "Host time", EndPoint::hostNanos, end -> Amounts.seconds(end.hostNanos()));
    chart(
        html,
        results,
        "Instructions per second of host time",
        end -> Amounts.millionsPerSecond(end.instructions(), end.hostNanos()),
        end -> Amounts.rate(end.instructions(), end.hostNanos()));
    html.end();
  }

  private static void chart(
      Markup html,
      List<BootResult> results,
      String title,
      ToDoubleFunction<EndPoint> value,
      Function<EndPoint, String> text) {
    List<Charts.Bar> bars = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof BootReport report) {
        EndPoint end = report.outcome().end();
        bars.add(
            new Charts.Bar(
                BootSection.name(report),
                target(i),
                value.applyAsDouble(end),
                text.apply(end),
                BootSection.passed(report)));
      }
    }
    if (!bars.isEmpty()) {
      Charts.bars(html, title, bars);
    }
  }
}
