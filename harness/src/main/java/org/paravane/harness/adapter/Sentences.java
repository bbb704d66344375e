package org.paravane.harness.adapter;

import java.util.Locale;

/** Gives the messages of the modules below the shape that users see. */
final class Sentences {
  private Sentences() {}

  /** The message with a capital letter at its beginning and a full stop at its end. */
  static String of(String message) {
    String text = message.strip();
    String capital = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    return capital.matches("(?s).*[.!?]") ? capital : capital + ".";
  }
}
