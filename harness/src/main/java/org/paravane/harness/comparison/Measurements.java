package org.paravane.harness.comparison;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that one run measured.
 *
 * @param site where
 * @param comparison boots by several emulators
 * @param repeated boots in one JVM, if they were asked for
 */
public record Measurements(Site site, Comparison comparison, Optional<RepeatedBoots> repeated) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** One JSON document, in UTF-8; times are milliseconds. */
  public byte[] json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", 2);
    ObjectNode host = root.putObject("site");
    host.put("jvm", site.jvm());
    host.put("machine", site.machine());
    host.put("processors", site.processors());
    host.put("load", site.load());
    addGoals(root.putArray("goals"));
    repeated.ifPresent(boots -> {
      ObjectNode node = root.putObject("repeatedBoots");
      node.put("count", boots.nanos().size());
      node.put("medianOfLastMillis", boots.median() / NANOS_PER_MILLI);
      ArrayNode last = node.putArray("lastMillis");
      boots.last().forEach(nanos -> last.add(nanos / NANOS_PER_MILLI));
    });
    addBoots(root.putArray("boots"));
    return MAPPER.writeValueAsBytes(root);
  }

  private void addGoals(ArrayNode goals) {
    for (Goal goal : Goal.of(comparison)) {
      ObjectNode node = goals.addObject();
      node.put("work", goal.work());
      node.put("emulator", goal.emulator());
      node.put("reference", goal.reference());
      node.put("limit", goal.limit());
      goal.ratio().ifPresent(ratio -> node.put("ratio", ratio));
    }
  }

  private void addBoots(ArrayNode array) {
    List<TimedBoot> boots = comparison.boots();
    for (TimedBoot boot : boots) {
      ObjectNode node = array.addObject();
      node.put("emulator", boot.emulator());
      node.put("image", boot.image());
      node.put("wallMillis", boot.wallNanos() / NANOS_PER_MILLI);
      node.put("processorMillis", boot.processorNanos() / NANOS_PER_MILLI);
      ArrayNode stretches = node.putArray("stretches");
      for (Stretch stretch : boot.stretches()) {
        ObjectNode part = stretches.addObject();
        part.put("name", stretch.name());
        part.put("wallMillis", stretch.wallNanos() / NANOS_PER_MILLI);
        part.put("checksum", stretch.checksum());
      }
    }
  }
}
