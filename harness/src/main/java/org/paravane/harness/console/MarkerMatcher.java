package org.paravane.harness.console;

import java.util.List;
import java.util.function.IntConsumer;

/**
 * Follows markers through a console: expected ones in their order, forbidden ones at any time.
 *
 * <p>An expected marker is looked for behind the end of the one before it. A literal may span line ends and chunks; a
 * regular expression is looked for within each line. A match counts with its last byte, so that prompts need no
 * newline; an expression that depends on the end of the line ({@code $}) counts when the line ends, when the console
 * falls silent ({@link #settle()}), or when the run ends.
 */
public final class MarkerMatcher implements IntConsumer {
  /** Hears of matches, on the thread that feeds the bytes. */
  public interface Listener {
    /** The expected marker number {@code index}, from 0, was seen. */
    void expected(int index);

    /** A forbidden marker was seen. {@code line} is the console line it was seen in, as far as it has come. */
    void forbidden(TextPattern marker, String line);

    /** A line is complete. Valid only during the call. */
    void line(CharSequence line);
  }

  private final List<TextPattern> expected;
  private final List<TextPattern> forbidden;
  private final Listener listener;
  private final LineAssembler lines = new LineAssembler();
  private final Search[] forbiddenSearches;
  private Search search;
  private int next;

  /** Looks for {@code expected} in their order and for {@code forbidden}, and tells {@code listener}. */
  public MarkerMatcher(List<TextPattern> expected, List<TextPattern> forbidden, Listener listener) {
    this.expected = List.copyOf(expected);
    this.forbidden = List.copyOf(forbidden);
    this.listener = listener;
    this.forbiddenSearches = new Search[forbidden.size()];
    for (int i = 0; i < forbiddenSearches.length; i++) {
      forbiddenSearches[i] = Search.of(this.forbidden.get(i), lines.line(), 0);
    }
    waitForNext(0);
  }

  /** How many expected markers were seen, from the first on. */
  public int seen() {
    return next;
  }

  /** Takes the next byte of the console, 0 to 255. */
  @Override
  public void accept(int value) {
    if (value != '\n' && lines.append(value)) {
      restartLine();
    }
    for (int i = 0; i < forbiddenSearches.length; i++) {
      if (forbiddenSearches[i].accept(value)) {
        listener.forbidden(forbidden.get(i), lines.line().toString());
      }
    }
    if (search != null && search.accept(value)) {
      advance(value == '\n' ? 0 : lines.line().length());
    }
    if (value == '\n') {
      listener.line(lines.line());
      lines.clear();
    }
  }

  /** The console is silent: an expression that waits for the end of its line gets its answer now. */
  public void settle() {
    for (int i = 0; i < forbiddenSearches.length; i++) {
      if (forbiddenSearches[i].settle()) {
        listener.forbidden(forbidden.get(i), lines.line().toString());
      }
    }
    while (search != null && search.settle()) {
      advance(lines.line().length());
    }
  }

  /** The run is over: {@link #settle()}, and the unfinished line counts as complete. */
  public void finish() {
    settle();
    if (!lines.line().isEmpty()) {
      listener.line(lines.line());
      lines.clear();
    }
  }

  private void advance(int column) {
    int index = next;
    next++;
    waitForNext(column);
    listener.expected(index);
  }

  private void waitForNext(int column) {
    search = next < expected.size() ? Search.of(expected.get(next), lines.line(), column) : null;
  }

  private void restartLine() {
    for (Search forbiddenSearch : forbiddenSearches) {
      forbiddenSearch.lineRestarted();
    }
    if (search != null) {
      search.lineRestarted();
    }
  }
}
