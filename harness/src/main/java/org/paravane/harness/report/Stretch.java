package org.paravane.harness.report;

import java.util.ArrayList;
import java.util.List;
import org.paravane.harness.BootReport;
import org.paravane.harness.EndPoint;
import org.paravane.harness.Phase;

/**
 * What a phase of a boot took, up to the next phase or the end.
 *
 * @param phase its name
 * @param instructions guest instructions
 * @param virtualNanos guest time
 * @param hostNanos host time
 */
record Stretch(String phase, long instructions, long virtualNanos, long hostNanos) {
  /** The phases of {@code report}, oldest first. */
  static List<Stretch> of(BootReport report) {
    List<Phase> phases = report.phases();
    EndPoint end = report.outcome().end();
    List<Stretch> stretches = new ArrayList<>();
    for (int i = 0; i < phases.size(); i++) {
      Phase from = phases.get(i);
      Phase to =
          i + 1 < phases.size()
              ? phases.get(i + 1)
              : new Phase("end", end.instructions(), end.virtualNanos(), end.hostNanos());
      stretches.add(
          new Stretch(
              from.name(),
              to.instructions() - from.instructions(),
              to.virtualNanos() - from.virtualNanos(),
              to.hostNanos() - from.hostNanos()));
    }
    return stretches;
  }
}
