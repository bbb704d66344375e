package org.paravane.harness.console;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a regular expression within the current line, as soon as the line can no longer take the match back.
 *
 * <p>{@code /login: /} matches with its last byte, no newline needed; {@code /^ok$/} waits for the end of the line, or
 * for silence.
 */
final class RegexSearch implements Search {
  private final CharSequence line;
  private final Matcher matcher;
  private int column;

  RegexSearch(Pattern pattern, CharSequence line, int column) {
    this.line = line;
    this.column = column;
    this.matcher = pattern.matcher(line).useAnchoringBounds(false).useTransparentBounds(true);
  }

  @Override
  public boolean accept(int value) {
    boolean lineEnds = value == '\n';
    boolean found = find() && (lineEnds || !matcher.requireEnd());
    if (lineEnds) {
      column = 0;
    }
    return found;
  }

  @Override
  public boolean settle() {
    return find();
  }

  @Override
  public void lineRestarted() {
    column = 0;
  }

  private boolean find() {
    matcher.reset();
    return matcher.region(Math.min(column, line.length()), line.length()).find();
  }
}
