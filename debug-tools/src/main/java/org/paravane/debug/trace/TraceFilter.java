package org.paravane.debug.trace;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What of a run a trace tells.
 *
 * @param categories the kinds of events
 * @param addresses where an event must happen, in any of these; empty for anywhere
 * @param instructions how many instructions must have been retired before, by any of these; empty for any number
 */
public record TraceFilter(
    Set<TraceCategory> categories, List<TraceRange> addresses, List<TraceRange> instructions) {
  /** Keeps its own copies. */
  public TraceFilter {
    categories = Set.copyOf(categories);
    addresses = List.copyOf(addresses);
    instructions = List.copyOf(instructions);
  }

  /** All events of some categories. */
  public static TraceFilter of(Collection<TraceCategory> categories) {
    return new TraceFilter(EnumSet.copyOf(categories), List.of(), List.of());
  }

  boolean has(TraceCategory category) {
    return categories.contains(category);
  }

  boolean passesAddresses(long from, long to) {
    return passes(addresses, from, to);
  }

  boolean passesInstructions(long from, long to) {
    return passes(instructions, from, to);
  }

  private static boolean passes(List<TraceRange> ranges, long from, long to) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).overlaps(from, to)) {
        return true;
      }
    }
    return ranges.isEmpty();
  }
}
