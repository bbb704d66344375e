package org.paravane.harness.report;

import java.util.List;
import java.util.Locale;

/**
 * The charts of the page: inline SVG that stretches with its place. Words and numbers stand outside, so that they keep
 * their size on a phone.
 */
final class Charts {
  private static final double WIDTH = 1000;
  private static final double HEIGHT = 300;
  private static final double BAR_HEIGHT = 10;
  private static final int COLORS = 6;

  /**
   * A bar.
   *
   * @param label what it stands for
   * @param target the fragment it leads to
   * @param value its length, at least 0
   * @param text the value for people
   * @param good whether the boot passed
   */
  record Bar(String label, String target, double value, String text, boolean good) {}

  /** A point of a curve: {@code x} and {@code y} at least 0. */
  record Point(double x, double y) {}

  private Charts() {}

  /** One bar for each of {@code bars}, the longest as wide as there is room. */
  static void bars(Markup html, String title, List<Bar> bars) {
    double most = bars.stream().mapToDouble(Bar::value).max().orElse(0);
    html.begin("figure", "class", "card").element("figcaption", title).begin("ol", "class", "bars");
    for (Bar bar : bars) {
      html.begin("li").element("a", bar.label, "href", "#" + bar.target);
      html.element("span", bar.text, "class", "number");
      svg(html, "bar", BAR_HEIGHT, bar.label + ": " + bar.text);
      rectangle(html, bar.good ? "good" : "bad", 0, most == 0 ? 0 : bar.value / most * WIDTH);
      html.end().end();
    }
    html.end().end();
  }

  /** One bar cut into {@code parts}, the colours of {@link #color}. */
  static void stack(Markup html, String title, List<Double> parts) {
    double sum = parts.stream().mapToDouble(Double::doubleValue).sum();
    if (sum <= 0) {
      return;
    }
    svg(html, "stack", BAR_HEIGHT, title);
    double from = 0;
    for (int i = 0; i < parts.size(); i++) {
      double width = parts.get(i) / sum * WIDTH;
      rectangle(html, color(i), from, width);
      from += width;
    }
    html.end();
  }

  /** A square of the colour of part {@code index}. */
  static void swatch(Markup html, int index) {
    html.begin("svg", "class", "swatch", "viewBox", "0 0 10 10", "aria-hidden", "true");
    rectangle(html, color(index), 0, BAR_HEIGHT);
    html.end();
  }

  /** A curve through {@code points}, which rise to the right, with a dot at each. */
  static void curve(Markup html, String title, List<Point> points) {
    double right = points.getLast().x;
    double top = points.stream().mapToDouble(Point::y).max().orElse(0);
    if (right <= 0 || top <= 0) {
      return;
    }
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(number(point.x / right * WIDTH)).append(',');
      path.append(number(HEIGHT - point.y / top * HEIGHT)).append(' ');
    }
    svg(html, "curve", HEIGHT, title);
    for (int quarter = 1; quarter < 4; quarter++) {
      String y = number(HEIGHT * quarter / 4);
      html.begin("line", "x1", "0", "x2", number(WIDTH), "y1", y, "y2", y).end();
    }
    html.begin("polyline", "points", path.toString().strip()).end().end();
  }

  private static String color(int index) {
    return "part" + index % COLORS;
  }

  private static void svg(Markup html, String kind, double height, String title) {
    html.begin(
        "svg",
        "class",
        kind,
        "viewBox",
        "0 0 %s %s".formatted(number(WIDTH), number(height)),
        "preserveAspectRatio",
        "none",
        "role",
        "img",
        "aria-label",
        title);
  }

  private static void rectangle(Markup html, String kind, double x, double width) {
    html.begin(
            "rect",
            "class",
            kind,
            "x",
            number(x),
            "y",
            "0",
            "width",
            number(width),
            "height",
            number(BAR_HEIGHT))
        .end();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
