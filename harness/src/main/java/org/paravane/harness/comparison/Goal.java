package org.paravane.harness.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A ratio of wall times that was aimed at.
 *
 * @param work what is done
 * @param emulator whose time is divided
 * @param reference by whose time
 * @param limit the largest ratio that meets the goal
 * @param ratio what was measured: of several programs the geometric mean; nothing where one of the two did not run them
 */
public record Goal(
    String work, String emulator, String reference, double limit, OptionalDouble ratio) {
  /** The emulators that goals are about, by the names of the table. */
  public static final String PARAVANE = "paravane";

  /** Paravane without its second tier. */
  public static final String INTERPRETER = "interpreter";

  /** QEMU's translator. */
  public static final String QEMU = "qemu-tcg";

  /** Bochs, started from a disc. */
  public static final String BOCHS = "bochs";

  /** The image of the boots to the marker. */
  public static final String BOOT = "debian-cloud";

  /** The image of the programs. */
  public static final String PROGRAMS = "programs";

  private static final List<String> GROUPS = List.of("integer", "floating-point", "system");
  private static final List<Double> GROUP_LIMITS = List.of(1.0, 0.5, 1.5);

  /** What the names of programs begin with that run a second time. */
  private static final String AGAIN = "again-";

  /** Whether it was measured and is met. */
  public boolean met() {
    return ratio.isPresent() && ratio.getAsDouble() <= limit;
  }

  /** The goals with what {@code comparison} has of them. */
  public static List<Goal> of(Comparison comparison) {
    List<Goal> goals = new ArrayList<>();
    goals.add(boot(comparison, PARAVANE, QEMU));
    for (int i = 0; i < GROUPS.size(); i++) {
      goals.add(group(comparison, GROUPS.get(i), PARAVANE, QEMU, GROUP_LIMITS.get(i)));
    }
    for (int i = 0; i < GROUPS.size(); i++) {
      goals.add(group(comparison, AGAIN + GROUPS.get(i), PARAVANE, QEMU, GROUP_LIMITS.get(i)));
    }
    goals.add(boot(comparison, INTERPRETER, BOCHS));
    for (String group : GROUPS) {
      goals.add(group(comparison, group, INTERPRETER, BOCHS, 1));
    }
    return goals;
  }

  private static Goal boot(Comparison comparison, String emulator, String reference) {
    return new Goal(
        "boot of Debian to its user space",
        emulator,
        reference,
        1,
        comparison.mean(
            row -> row.image().equals(BOOT) && row.stretch().isEmpty(), emulator, reference));
  }

  private static Goal group(
      Comparison comparison, String group, String emulator, String reference, double limit) {
    return new Goal(
        group + " programs",
        emulator,
        reference,
        limit,
        comparison.mean(
            row ->
                row.image().equals(PROGRAMS)
                    && row.stretch().filter(name -> name.startsWith(group + "/")).isPresent(),
            emulator,
            reference));
  }
}
