package org.paravane.harness.report;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.EndPoint;
import org.paravane.harness.MarkerSeen;
import org.paravane.harness.Phase;
import org.paravane.harness.console.AnsiStripper;

/** What the page tells of one boot. */
final class BootSection {
  /** A page of many long consoles would be too much for a phone; the JUnit report has them whole. */
  private static final int MOST_CONSOLE_BYTES = 256 << 10;

  private static final String INTERRUPTS = "interrupts";

  /** How the counters of exceptions begin, one a vector. */
  private static final String EXCEPTION = "exceptions ";

  /** How the counters of hypercalls begin, one a number. */
  private static final String HYPERCALL = "hypercall ";

  private BootSection() {}

  /** Image and platform. */
  static String name(BootResult result) {
    return result.spec().image() + " on " + result.spec().platform();
  }

  /** Whether the boot ran and ended as was hoped for. */
  static boolean passed(BootResult result) {
    return result instanceof BootReport report && report.outcome().success();
  }

  /** The verdict in a word or two. */
  static String verdict(BootResult result) {
    return switch (result) {
      case BootReport report when report.outcome().success() -> "passed";
      case BootReport report -> report.outcome().id().replace('-', ' ');
      case BootFailure _ -> "not run";
    };
  }

  /** Writes the section, with {@code target} as its fragment. */
  static void write(Markup html, BootResult result, String target) {
    html.begin("section", "class", "card boot", "id", target).begin("h2").text(name(result) + " ");
    html.element("span", verdict(result), "class", "verdict " + (passed(result) ? "good" : "bad"));
    html.end();
    switch (result) {
      case BootFailure failure -> {
        html.element("p", failure.message());
        facts(html, Map.of("exit code", failure.code() + ", " + failure.exitCode()));
      }
      case BootReport report -> run(html, report);
    }
    html.end();
  }

  private static void run(Markup html, BootReport report) {
    html.element("p", report.outcome().summary());
    markers(html, report);
    facts(html, numbers(report));
    phases(html, report);
    counters(html, report);
    console(html, report);
    if (!report.outcome().success()) {
      lines(html, "Registers and code", machine(report));
    }
    facts(html, identity(report));
  }

  private static Map<String, String> numbers(BootReport report) {
    EndPoint end = report.outcome().end();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("instructions", Amounts.count(end.instructions()));
    facts.put("guest time", Amounts.seconds(end.virtualNanos()));
    facts.put("host time", Amounts.seconds(end.hostNanos()));
    facts.put("instruction rate", Amounts.rate(end.instructions(), end.hostNanos()));
    Map<String, Long> counters = report.machine().counters();
    if (counters.containsKey(INTERRUPTS)) {
      facts.put(INTERRUPTS, Amounts.count(counters.get(INTERRUPTS)));
    }
    sum(counters, EXCEPTION).ifPresent(sum -> facts.put("exceptions", Amounts.count(sum)));
    sum(counters, HYPERCALL).ifPresent(sum -> facts.put("hypercalls", Amounts.count(sum)));
    report
        .ruleHits()
        .forEach((rule, hits) -> facts.put("lines of '" + rule + "'", hits.toString()));
    facts.put("exit code", Integer.toString(report.exitCode()));
    return facts;
  }

  private static OptionalLong sum(Map<String, Long> counters, String prefix) {
    return counters.entrySet().stream()
        .filter(counter -> counter.getKey().startsWith(prefix))
        .mapToLong(Map.Entry::getValue)
        .reduce(Long::sum);
  }

  private static Map<String, String> identity(BootReport report) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("command line", report.image().commandLine());
    facts.put("entry", report.image().entry());
    facts.put("kernel, SHA-256", report.image().kernel().sha256());
    report.image().initrd().ifPresent(digest -> facts.put("initrd, SHA-256", digest.sha256()));
    facts.put("console, SHA-256", report.console().sha256());
    facts.put("memory", (report.spec().memoryBytes() >> 20) + " MiB");
    facts.put("processors", Integer.toString(report.spec().cpus()));
    facts.put("seed", Long.toString(report.spec().seed()));
    return facts;
  }

  private static void facts(Markup html, Map<String, String> facts) {
    html.begin("dl");
    facts.forEach(
        (name, value) -> html.begin("div").element("dt", name).element("dd", value).end());
    html.end();
  }

  private static void markers(Markup html, BootReport report) {
    if (report.markers().isEmpty() && report.missing().isEmpty()) {
      return;
    }
    html.begin("ul", "class", "markers");
    for (MarkerSeen seen : report.markers()) {
      html.begin("li").text("seen: ").element("code", seen.marker());
      html.text(" after " + Amounts.count(seen.instructions()) + " instructions").end();
    }
    for (String marker : report.missing()) {
      html.begin("li", "class", "missing").text("not seen: ").element("code", marker).end();
    }
    html.end();
    report
        .closestLine()
        .ifPresent(
            line -> html.begin("p").text("The most similar line: ").element("code", line).end());
  }

  private static void phases(Markup html, BootReport report) {
    List<Stretch> stretches = Stretch.of(report);
    if (stretches.isEmpty()) {
      return;
    }
    html.element("h3", "Phases");
    Charts.stack(
        html, "Phases by host time", stretches.stream().map(s -> (double) s.hostNanos()).toList());
    html.begin("div", "class", "scroll").begin("table").begin("thead").begin("tr");
    html.element("th", "phase", "scope", "col");
    for (String column : List.of("instructions", "guest time", "host time", "rate")) {
      html.element("th", column, "scope", "col", "class", "number");
    }
    html.end().end().begin("tbody");
    for (int i = 0; i < stretches.size(); i++) {
      Stretch stretch = stretches.get(i);
      html.begin("tr").begin("th", "scope", "row");
      Charts.swatch(html, i);
      html.text(" " + stretch.phase()).end();
      html.element("td", Amounts.count(stretch.instructions()), "class", "number");
      html.element("td", Amounts.seconds(stretch.virtualNanos()), "class", "number");
      html.element("td", Amounts.seconds(stretch.hostNanos()), "class", "number");
      String rate = Amounts.rate(stretch.instructions(), stretch.hostNanos());
      html.element("td", rate, "class", "number").end();
    }
    html.end().end().end();
    curve(html, report);
  }

  private static void curve(Markup html, BootReport report) {
    EndPoint end = report.outcome().end();
    List<Charts.Point> points = new ArrayList<>(List.of(new Charts.Point(0, 0)));
    for (Phase phase : report.phases()) {
      points.add(new Charts.Point(phase.hostNanos(), phase.instructions()));
    }
    points.add(new Charts.Point(end.hostNanos(), end.instructions()));
    html.begin("figure").begin("figcaption").text("Instructions over host time, to ");
    html.text(Amounts.count(end.instructions()) + " in " + Amounts.seconds(end.hostNanos())).end();
    Charts.curve(html, "Instructions over host time", points);
    html.end();
  }

  private static void counters(Markup html, BootReport report) {
    Map<String, Long> counters = report.machine().counters();
    if (counters.isEmpty()) {
      return;
    }
    html.begin("details").element("summary", "Counters");
    html.begin("table").begin("tbody", "class", "counters");
    counters.forEach((name, value) ->
        html.begin("tr")
            .element("th", name, "scope", "row")
            .element("td", Amounts.count(value), "class", "number")
            .end());
    html.end().end().end();
  }

  private static void console(Markup html, BootReport report) {
    byte[] bytes = report.console().bytes();
    int from = Math.max(0, bytes.length - MOST_CONSOLE_BYTES);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    AnsiStripper stripper = new AnsiStripper(plain::write);
    for (int i = from; i < bytes.length; i++) {
      stripper.accept(bytes[i] & 0xff);
    }
    String shown = bytes.length - from < report.console().total() ? ", the end of it shown" : "";
    String title = "Console, %s bytes%s".formatted(Amounts.count(report.console().total()), shown);
    lines(html, title, plain.toString(StandardCharsets.UTF_8));
  }

  private static String machine(BootReport report) {
    List<String> lines = new ArrayList<>(report.machine().registers());
    report.machine().symbol().ifPresent(symbol -> lines.add("rip is in " + symbol));
    lines.addAll(report.machine().disassembly());
    return String.join("\n", lines);
  }

  /** Preformatted text that opens at a click. An HTML parser drops the newline behind the tag, so one is there to drop. */
  private static void lines(Markup html, String title, String text) {
    html.begin("details").element("summary", title).element("pre", "\n" + text).end();
  }
}
