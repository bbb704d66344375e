package org.paravane.harness.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Boots of the same images by several emulators, side by side.
 *
 * @param boots every boot, in the order they were made
 */
public record Comparison(List<TimedBoot> boots) {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * One line of the table.
   *
   * @param image the image
   * @param stretch a part of its boot, or nothing for the whole
   * @param wallNanos the shortest host time, by emulator, in the order of their first boots
   */
  public record Row(String image, Optional<String> stretch, Map<String, Long> wallNanos) {
    /** How many times the first emulator's time the time of {@code emulator} is. */
    public double ratio(String emulator) {
      return (double) wallNanos.get(emulator) / wallNanos.values().iterator().next();
    }
  }

  /**
   * Copies the list.
   *
   * @throws HarnessException if emulators computed different checksums
   */
  public Comparison {
    boots = List.copyOf(boots);
    Map<String, String> checksums = new LinkedHashMap<>();
    for (TimedBoot boot : boots) {
      for (Stretch stretch : boot.stretches()) {
        String name = boot.image() + " " + stretch.name();
        String first = checksums.putIfAbsent(name, stretch.checksum());
        if (first != null && !first.equals(stretch.checksum())) {
          throw new HarnessException(
              ErrorCode.HOST_IO,
              "%s computed %s in %s, where another emulator computed %s."
                  .formatted(boot.emulator(), stretch.checksum(), name, first));
        }
      }
    }
  }

  /** The emulators, in the order of their first boots. */
  public List<String> emulators() {
    return boots.stream().map(TimedBoot::emulator).distinct().toList();
  }

  /** The table: each image as a whole, and then its parts. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String image : boots.stream().map(TimedBoot::image).distinct().toList()) {
      List<TimedBoot> of = boots.stream().filter(boot -> boot.image().equals(image)).toList();
      rows.add(new Row(image, Optional.empty(), shortest(of)));
      for (int i = 0; i < of.getFirst().stretches().size(); i++) {
        int index = i;
        rows.add(
            new Row(
                image,
                Optional.of(of.getFirst().stretches().get(i).name()),
                of.stream()
                    .collect(
                        Collectors.toMap(
                            TimedBoot::emulator,
                            boot -> boot.stretches().get(index).wallNanos(),
                            Math::min,
                            LinkedHashMap::new))));
      }
    }
    return rows;
  }

  private static Map<String, Long> shortest(List<TimedBoot> boots) {
    return boots.stream()
        .collect(
            Collectors.toMap(
                TimedBoot::emulator, TimedBoot::wallNanos, Math::min, LinkedHashMap::new));
  }

  /** Every boot as one JSON document, in UTF-8; times are milliseconds. */
  public byte[] json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", 1);
    ArrayNode array = root.putArray("boots");
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
    return MAPPER.writeValueAsBytes(root);
  }
}
