package org.paravane.harness;

import java.util.List;

/**
 * Where a run ended.
 *
 * @param rip the instruction pointer of the first processor
 * @param instructions how many guest instructions were executed
 * @param virtualNanos guest time, in nanoseconds from the start of the machine
 * @param hostNanos wall-clock time of the host, in nanoseconds from the start of the run
 * @param lastLines the newest console lines, oldest first, as plain text
 */
public record EndPoint(
    long rip, long instructions, long virtualNanos, long hostNanos, List<String> lastLines) {
  /** Keeps its own copy of the lines. */
  public EndPoint {
    lastLines = List.copyOf(lastLines);
  }
}
