package org.paravane.harness.comparison;

import java.util.ArrayList;
import java.util.List;
import org.paravane.harness.BootReport;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/**
 * Boots of the test kernel on {@code bare}, one after the other in this JVM.
 *
 * @param nanos host time of each
 */
public record RepeatedBoots(List<Long> nanos) {
  /** How many of the last boots are shown. */
  public static final int SHOWN = 10;

  /** Copies the list. */
  public RepeatedBoots {
    nanos = List.copyOf(nanos);
  }

  /**
   * Boots {@code count} times.
   *
   * @throws HarnessException if a boot does not end well
   */
  public static RepeatedBoots run(Harness harness, int count) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      BootReport report = harness.boot(BootSpec.of(BootSpec.DEFAULT_IMAGE).build());
      nanos.add(System.nanoTime() - start);
      if (report.exitCode() != 0) {
        throw new HarnessException(
            ErrorCode.HOST_IO,
            "Boot %d of the test kernel failed: %s".formatted(i + 1, report.outcome().summary()));
      }
    }
    return new RepeatedBoots(nanos);
  }

  /** The last boots, at most {@link #SHOWN}, in nanoseconds. */
  public List<Long> last() {
    return nanos.subList(Math.max(0, nanos.size() - SHOWN), nanos.size());
  }

  /** The middle of the last boots' times, in nanoseconds. */
  public long median() {
    List<Long> sorted = last().stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
