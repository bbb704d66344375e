package org.paravane.harness.junit;

import java.util.List;
import org.paravane.harness.console.MarkerMatcher;
import org.paravane.harness.console.TextPattern;

/** A marker that is waited for, and when it was seen. */
final class ConsoleGoal {
  private static final MarkerMatcher.Listener DEAF =
      new MarkerMatcher.Listener() {
        @Override
        public void expected(int index) {}

        @Override
        public void forbidden(TextPattern marker, String line) {}

        @Override
        public void line(CharSequence line) {}
      };

  private final MarkerMatcher matcher;
  private final long limit;
  private long reachedAt = -1;

  /**
   * Waits for a marker.
   *
   * @param limit the count of guest instructions at which to give up
   */
  ConsoleGoal(List<TextPattern> marker, long limit) {
    this.matcher = new MarkerMatcher(marker, List.of(), DEAF);
    this.limit = limit;
  }

  /** Takes a byte of plain text; true if the marker ends with it. */
  boolean accept(int value, long instructions) {
    matcher.accept(value);
    return look(instructions);
  }

  /** The console is silent; true if that completes the marker. */
  boolean settle(long instructions) {
    matcher.settle();
    return look(instructions);
  }

  private boolean look(long instructions) {
    if (matcher.seen() > 0) {
      reachedAt = instructions;
    }
    return matcher.seen() > 0;
  }

  boolean seen() {
    return reachedAt >= 0;
  }

  /** Whether it was seen in time. */
  boolean reached() {
    return seen() && reachedAt <= limit;
  }

  boolean givenUp(long instructions) {
    return instructions >= limit;
  }
}
