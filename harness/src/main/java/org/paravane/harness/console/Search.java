package org.paravane.harness.console;

/** A running search for one {@link TextPattern} in a stream. */
sealed interface Search permits LiteralSearch, RegexSearch {
  /** Starts a search for {@code pattern} behind the first {@code column} characters of {@code line}. */
  static Search of(TextPattern pattern, CharSequence line, int column) {
    return switch (pattern) {
      case TextPattern.Literal literal -> new LiteralSearch(literal.bytes());
      case TextPattern.Regex regex -> new RegexSearch(regex.pattern(), line, column);
    };
  }

  /**
   * Takes the next byte, already appended to the line unless it is the newline that ends it.
   *
   * @return whether the pattern is complete with it
   */
  boolean accept(int value);

  /** Tells whether the unfinished line matches if nothing more comes. */
  boolean settle();

  /** The line was emptied without a newline, being too long. */
  void lineRestarted();
}
