package org.paravane.harness.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/**
 * Boots of the same images by several emulators, side by side.
 *
 * @param boots every boot, in the order they were made
 */
public record Comparison(List<TimedBoot> boots) {
  /**
   * One line of the table.
   *
   * @param image the image
   * @param stretch a part of its boot, or nothing for the whole
   * @param wallNanos the shortest host time, by emulator, in the order of their first boots
   */
  public record Row(String image, Optional<String> stretch, Map<String, Long> wallNanos) {
    /** How many times the time of {@code reference} the time of {@code emulator} is. */
    public double ratio(String emulator, String reference) {
      return (double) wallNanos.get(emulator) / wallNanos.get(reference);
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

  /**
   * The geometric mean of the rows' ratios.
   *
   * @param emulator whose time is divided
   * @param reference by whose time
   * @return nothing if a row lacks one of the two, or there is none
   */
  public OptionalDouble mean(Predicate<Row> chosen, String emulator, String reference) {
    List<Row> rows = rows().stream().filter(chosen).toList();
    boolean complete =
        rows.stream()
            .allMatch(row -> row.wallNanos().keySet().containsAll(List.of(emulator, reference)));
    if (rows.isEmpty() || !complete) {
      return OptionalDouble.empty();
    }
    double logarithms =
        rows.stream()
            .mapToDouble(row -> Math.log(row.ratio(emulator, reference)))
            .average()
            .orElseThrow();
    return OptionalDouble.of(Math.exp(logarithms));
  }
}
