package org.paravane.harness.comparison;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws a comparison as an SVG 1.1 picture: a group of bars for each row, as long as the logarithm of the time as a
 * multiple of a reference's time.
 */
public final class Plot {
  private static final List<String> COLOURS = List.of("#1b6ca8", "#8fb8de", "#c0504d", "#9bbb59");
  private static final int LABEL_WIDTH = 220;
  private static final int CHART_WIDTH = 560;
  private static final int BAR_HEIGHT = 9;
  private static final int GAP = 8;
  private static final int TOP = 64;
  private static final int BOTTOM = 16;
  private static final double LOWEST = 0.1;
  private static final double HIGHEST = 100;

  private final Measurements measurements;
  private final String reference;
  private final StringBuilder svg = new StringBuilder();

  private Plot(Measurements measurements, String reference) {
    this.measurements = measurements;
    this.reference = reference;
  }

  /**
   * The picture's file.
   *
   * @param reference the emulator whose time counts as one; rows that it has no time for are left out
   */
  public static byte[] svg(Measurements measurements, String reference) {
    return new Plot(measurements, reference).draw().getBytes(StandardCharsets.UTF_8);
  }

  private String draw() {
    List<String> emulators =
        measurements.comparison().emulators().stream()
            .filter(emulator -> !emulator.equals(reference))
            .toList();
    List<Comparison.Row> rows =
        measurements.comparison().rows().stream()
            .filter(row -> row.wallNanos().containsKey(reference))
            .toList();
    int rowHeight = Math.max(1, emulators.size()) * BAR_HEIGHT + GAP;
    int height = TOP + rows.size() * rowHeight + BOTTOM;
    int width = LABEL_WIDTH + CHART_WIDTH + 2 * BOTTOM;
    append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n",
        width, height);
    append("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", width, height);
    text(8, 16, "Wall time as a multiple of %s's (shorter is faster)".formatted(reference));
    Site site = measurements.site();
    text(8, 32, "%s; %s; %d processors".formatted(site.jvm(), site.machine(), site.processors()));
    legend(emulators);
    grid(height);
    for (int i = 0; i < rows.size(); i++) {
      bars(rows.get(i), emulators, TOP + i * rowHeight);
    }
    return svg.append("</svg>\n").toString();
  }

  private void legend(List<String> emulators) {
    int x = 8;
    for (int i = 0; i < emulators.size(); i++) {
      append("<rect x=\"%d\" y=\"39\" width=\"10\" height=\"10\" fill=\"%s\"/>\n", x, colour(i));
      text(x + 14, 48, emulators.get(i));
      x += 100;
    }
  }

  private void grid(int height) {
    for (double ratio : new double[] {LOWEST, 0.5, 1, 2, 5, 10, 20, 50, HIGHEST}) {
      int x = position(ratio);
      append(
          "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n",
          x, TOP - 2, x, height - BOTTOM, ratio == 1 ? "black" : "#dddddd");
      text(x - 6, TOP - 4, ratio < 1 ? Double.toString(ratio) : Integer.toString((int) ratio));
    }
  }

  private void bars(Comparison.Row row, List<String> emulators, int top) {
    text(8, top + BAR_HEIGHT, row.stretch().map(name -> "  " + name).orElse(row.image()));
    Map<String, Long> times = row.wallNanos();
    for (int i = 0; i < emulators.size(); i++) {
      if (times.containsKey(emulators.get(i))) {
        int end = position(row.ratio(emulators.get(i), reference));
        int one = position(1);
        append(
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n",
            Math.min(one, end),
            top + i * BAR_HEIGHT,
            Math.max(1, Math.abs(end - one)),
            BAR_HEIGHT - 1,
            colour(i));
      }
    }
  }

  private static String colour(int emulator) {
    return COLOURS.get(emulator % COLOURS.size());
  }

  private static int position(double ratio) {
    double within = Math.clamp(ratio, LOWEST, HIGHEST);
    return LABEL_WIDTH
        + (int) Math.round(CHART_WIDTH * Math.log(within / LOWEST) / Math.log(HIGHEST / LOWEST));
  }

  private void text(int x, int y, String text) {
    append(
        "<text x=\"%d\" y=\"%d\">%s</text>\n",
        x, y, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
  }

  private void append(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
