package org.paravane.cli.terminal;

import java.util.Locale;

/**
 * The key that speaks to Paravane instead of the guest: a control character, 1 to 26.
 *
 * @param code the control character; 0 if there is no such key
 */
public record EscapeKey(int code) {
  /** Ctrl-A. */
  public static final EscapeKey DEFAULT = new EscapeKey(1);

  /**
   * Reads {@code ^a}, {@code ctrl-a}, {@code C-a} or {@code none}, in any letter case.
   *
   * @throws IllegalArgumentException with one sentence for people
   */
  public static EscapeKey parse(String text) {
    String key = text.toLowerCase(Locale.ROOT);
    if (key.equals("none")) {
      return new EscapeKey(0);
    }
    String letter = key.replaceFirst("^(\\^|ctrl-|c-)", "");
    if (letter.equals(key)
        || letter.length() != 1
        || letter.charAt(0) < 'a'
        || letter.charAt(0) > 'z') {
      throw new IllegalArgumentException(
          "An escape key is ctrl-a to ctrl-z, or none, not '" + text + "'.");
    }
    return new EscapeKey(letter.charAt(0) - 'a' + 1);
  }

  /** The key's name for people, such as {@code Ctrl-A}. */
  @Override
  public String toString() {
    return code == 0 ? "none" : "Ctrl-" + (char) ('A' + code - 1);
  }
}
