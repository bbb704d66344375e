package org.paravane.harness.report;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.EndPoint;
import org.paravane.harness.Matrix;
import org.paravane.harness.RunOutcome;
import org.paravane.harness.console.FailRule;
import org.paravane.harness.console.TextPattern;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ModuleFile;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a boot as one JSON document with a fixed order of members. Times are milliseconds, addresses are text. */
public final class JsonReport {
  /** The version of the schema; a number that grows when a member changes its meaning or goes away. */
  public static final int SCHEMA_VERSION = 1;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonReport() {}

  /**
   * Writes {@code result} to {@code out}, in UTF-8, and leaves it open.
   *
   * @throws IOException if {@code out} fails
   */
  public static void write(BootResult result, OutputStream out) throws IOException {
    out.write(MAPPER.writeValueAsBytes(tree(result)));
    out.write('\n');
  }

  /**
   * Writes several boots as one document, each as it would be alone, to {@code out}, and leaves it open.
   *
   * @throws IOException if {@code out} fails
   */
  public static void write(List<BootResult> results, OutputStream out) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", SCHEMA_VERSION);
    root.put("exitCode", Matrix.exitCode(results));
    ArrayNode boots = root.putArray("boots");
    results.forEach(result -> boots.add(tree(result)));
    out.write(MAPPER.writeValueAsBytes(root));
    out.write('\n');
  }

  /** The document. */
  static ObjectNode tree(BootResult result) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", SCHEMA_VERSION);
    root.put("exitCode", result.exitCode());
    switch (result) {
      case BootFailure failure -> {
        root.put("outcome", "not-run");
        root.put("error", failure.code());
        root.put("summary", failure.message());
      }
      case BootReport report -> run(report, root);
    }
    config(result.spec(), root.putObject("config"));
    return root;
  }

  private static void run(BootReport report, ObjectNode root) {
    root.put("outcome", report.outcome().id());
    root.put("success", report.outcome().success());
    root.put("summary", report.outcome().summary());
    if (report.outcome() instanceof RunOutcome.DebugExit exit) {
      root.put("debugExitValue", exit.value());
    }
    root.put("platform", report.spec().platform());
    image(report.image(), root.putObject("image"));
    EndPoint end = report.outcome().end();
    ObjectNode endNode = root.putObject("end");
    endNode.put("rip", "0x%016x".formatted(end.rip()));
    report.machine().symbol().ifPresent(symbol -> endNode.put("symbol", symbol));
    moment(endNode, end.instructions(), end.virtualNanos(), end.hostNanos());
    ArrayNode markers = root.putArray("markers");
    report
        .markers()
        .forEach(seen ->
            moment(
                markers.addObject().put("marker", seen.marker()),
                seen.instructions(),
                seen.virtualNanos(),
                seen.hostNanos()));
    strings(root.putArray("missingMarkers"), report.missing());
    report.closestLine().ifPresent(line -> root.put("closestLine", line));
    ObjectNode hits = root.putObject("ruleHits");
    report.ruleHits().forEach(hits::put);
    ArrayNode phases = root.putArray("phases");
    report
        .phases()
        .forEach(phase ->
            moment(
                phases.addObject().put("phase", phase.name()),
                phase.instructions(),
                phase.virtualNanos(),
                phase.hostNanos()));
    ObjectNode console = root.putObject("console");
    console.put("bytes", report.console().total());
    console.put("sha256", report.console().sha256());
    strings(console.putArray("lastLines"), end.lastLines());
    ObjectNode counters = root.putObject("counters");
    report.machine().counters().forEach(counters::put);
    if (!report.outcome().success()) {
      strings(root.putArray("registers"), report.machine().registers());
      strings(root.putArray("disassembly"), report.machine().disassembly());
    }
  }

  private static void image(BootReport.ImageIdentity image, ObjectNode node) {
    node.put("name", image.name());
    node.put("sha256", image.kernel().sha256());
    image.initrd().ifPresent(digest -> node.put("initrdSha256", digest.sha256()));
    node.put("commandLine", image.commandLine());
    node.put("entry", image.entry());
  }

  private static void config(BootSpec spec, ObjectNode node) {
    node.put("image", spec.image());
    node.put("platform", spec.platform());
    spec.initrd().ifPresent(file -> node.put("initrd", file.toString()));
    strings(node.putArray("modules"), spec.modules().stream().map(ModuleFile::toString).toList());
    spec.commandLine().ifPresent(text -> node.put("commandLine", text));
    node.put("append", spec.append());
    node.put("memoryBytes", spec.memoryBytes());
    node.put("cpus", spec.cpus());
    node.put("bootPath", word(spec.bootPath()));
    node.put("clock", word(spec.clock()));
    node.put("nanosPerInstruction", spec.nanosPerInstruction());
    node.put("seed", spec.seed());
    node.put("tier", word(spec.tier()));
    node.put("unimplemented", word(spec.unimplemented()));
    strings(node.putArray("expect"), spec.expect().stream().map(TextPattern::source).toList());
    strings(node.putArray("forbid"), spec.forbid().stream().map(TextPattern::source).toList());
    strings(node.putArray("failOn"), spec.failOn().stream().map(FailRule::name).toList());
    ObjectNode limits = node.putObject("limits");
    spec.limits().wallTime().ifPresent(time -> limits.put("wallMs", millis(time)));
    spec.limits().instructions().ifPresent(count -> limits.put("instructions", count));
    spec.limits().silence().ifPresent(time -> limits.put("silenceMs", millis(time)));
    limits.put("lingerMs", millis(spec.limits().linger()));
    ObjectNode map = node.putObject("debugExitMap");
    new TreeMap<Integer, Integer>(spec.debugExitMap())
        .forEach((value, code) -> map.put(value.toString(), code));
    ObjectNode options = node.putObject("platformOptions");
    new TreeMap<String, String>(spec.platformOptions()).forEach(options::put);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void moment(
      ObjectNode node, long instructions, long virtualNanos, long hostNanos) {
    node.put("instructions", instructions);
    node.put("virtualMs", virtualNanos / NANOS_PER_MILLI);
    node.put("hostMs", hostNanos / NANOS_PER_MILLI);
  }

  private static double millis(Duration span) {
    return span.toNanos() / NANOS_PER_MILLI;
  }

  private static void strings(ArrayNode array, Collection<String> values) {
    values.forEach(array::add);
  }
}
