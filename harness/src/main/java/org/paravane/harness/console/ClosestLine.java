package org.paravane.harness.console;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the console line that looks most like a marker that was never seen: a typing mistake, another version. */
public final class ClosestLine {
  private static final int GRAM = 3;
  private static final double LEAST_LIKENESS = 0.3;

  private ClosestLine() {}

  /**
   * Returns the line that shares most three-letter runs with {@code pattern}, letter case aside; the newest of equals;
   * nothing if no line holds at least three tenths of them.
   */
  public static Optional<String> to(TextPattern pattern, List<String> lines) {
    Set<String> wanted = grams(pattern.source());
    String best = null;
    double bestLikeness = LEAST_LIKENESS;
    for (String line : lines) {
      double likeness = likeness(wanted, grams(line));
      if (likeness >= bestLikeness) {
        best = line;
        bestLikeness = likeness;
      }
    }
    return Optional.ofNullable(best);
  }

  private static double likeness(Set<String> wanted, Set<String> present) {
    if (wanted.isEmpty()) {
      return 0;
    }
    long common = wanted.stream().filter(present::contains).count();
    return (double) common / wanted.size();
  }

  private static Set<String> grams(String text) {
    String folded = text.toLowerCase(Locale.ROOT);
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + GRAM <= folded.length(); i++) {
      grams.add(folded.substring(i, i + GRAM));
    }
    return grams;
  }
}
