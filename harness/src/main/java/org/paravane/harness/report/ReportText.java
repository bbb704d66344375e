package org.paravane.harness.report;

/** Text of guests and users, fit for a document of markup. */
final class ReportText {
  private ReportText() {}

  /** {@code text} without carriage returns; what XML 1.0 cannot hold is the picture of the control character, or U+FFFD. */
  static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().filter(c -> c != '\r').map(ReportText::legal).forEach(out::appendCodePoint);
    return out.toString();
  }

  private static int legal(int c) {
    if (c < 0x20 && c != '\t' && c != '\n') {
      return 0x2400 + c;
    }
    boolean surrogateOrNonCharacter = (c >= 0xd800 && c <= 0xdfff) || c == 0xfffe || c == 0xffff;
    return surrogateOrNonCharacter ? 0xfffd : c;
  }
}
