package org.paravane.harness.console;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Text to look for on a console. Written {@code /…/} it is a regular expression, else the text itself. */
public sealed interface TextPattern {
  /** The pattern as the user wrote it. */
  String source();

  /** Exactly this text, anywhere, across line ends too. */
  record Literal(String source) implements TextPattern {
    /** Refuses the empty text, which would match before the guest has run. */
    public Literal {
      if (source.isEmpty()) {
        throw new IllegalArgumentException(
            "An empty marker matches nothing; give the text to look for.");
      }
    }

    byte[] bytes() {
      return source.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** A {@link Pattern} that is looked for within each line. */
  record Regex(String source, Pattern pattern) implements TextPattern {}

  /**
   * Reads a pattern as users write it: {@code /regex/}, else literal text.
   *
   * @throws IllegalArgumentException with one sentence for people, if the text is empty or the expression is malformed
   */
  static TextPattern parse(String text) {
    if (text.length() < 3 || !text.startsWith("/") || !text.endsWith("/")) {
      return new Literal(text);
    }
    try {
      return new Regex(text, Pattern.compile(text.substring(1, text.length() - 1)));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "The regular expression %s is malformed: %s.".formatted(text, e.getDescription()), e);
    }
  }
}
