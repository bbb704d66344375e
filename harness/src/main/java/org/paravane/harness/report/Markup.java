package org.paravane.harness.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Builds HTML. All text and every attribute's value is escaped here, so that nothing a guest prints can become markup;
 * names of elements and attributes are ours.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder("<!doctype html>\n");
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins {@code element}, which {@link #end} closes; {@code attributes} are names and values in turn. */
  Markup begin(String element, String... attributes) {
    tag(element, attributes);
    open.push(element);
    return this;
  }

  /** Closes the element begun last. */
  Markup end() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element without content and without an end, such as {@code meta}. */
  Markup single(String element, String... attributes) {
    tag(element, attributes);
    return this;
  }

  /** An element that holds {@code text}. */
  Markup element(String element, String text, String... attributes) {
    return begin(element, attributes).text(text).end();
  }

  /** Text. */
  Markup text(String text) {
    out.append(escaped(text));
    return this;
  }

  /** The content of a {@code style} element: ours, and as it is. */
  Markup styles(String css) {
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  private void tag(String element, String... attributes) {
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escaped(attributes[i + 1]));
      out.append('"');
    }
    out.append('>');
  }

  /** Text that an HTML parser reads back as {@code text}, between tags and inside quotes. */
  static String escaped(String text) {
    return ReportText.plain(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** The document so far. */
  @Override
  public String toString() {
    return out.toString();
  }
}
