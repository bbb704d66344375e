package org.paravane.cli.output;

/** Makes guest text safe to print in our messages: a guest must not steer the user's terminal there. */
final class PlainText {
  private PlainText() {}

  /** The text with each control character but the tab replaced by a visible picture of it. */
  static String of(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.codePoints().map(PlainText::visible).forEach(safe::appendCodePoint);
    return safe.toString();
  }

  private static int visible(int c) {
    if (c < 0x20 && c != '\t') {
      return 0x2400 + c;
    }
    return c >= 0x7f && c <= 0x9f ? 0xfffd : c;
  }
}
