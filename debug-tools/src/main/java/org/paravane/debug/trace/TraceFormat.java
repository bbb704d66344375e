package org.paravane.debug.trace;

import java.util.HexFormat;

/** How events are written, a line each. */
public enum TraceFormat {
  /** For people: count of instructions, processor, address, symbol, category, then {@code name=value}. */
  TEXT {
    @Override
    public String line(TraceEvent event) {
      StringBuilder line = new StringBuilder(128);
      String count = Long.toString(event.instructions());
      line.repeat(' ', Math.max(COUNT_COLUMNS - count.length(), 0)).append(count);
      line.append(" cpu")
          .append(event.cpu())
          .append(' ')
          .append(ADDRESS.toHexDigits(event.address()));
      event.place().ifPresent(place -> line.append(" <").append(place).append('>'));
      line.append(' ').append(event.category().text());
      for (TraceEvent.Field field : event.fields()) {
        line.append(' ').append(field.name()).append('=').append(field.value());
      }
      return line.toString();
    }
  },
  /** JSON Lines: an object each. Numbers that are addresses or bits are strings with {@code 0x}. */
  JSON {
    @Override
    public String line(TraceEvent event) {
      StringBuilder line = new StringBuilder(192);
      line.append("{\"instructions\":").append(event.instructions());
      line.append(",\"cpu\":").append(event.cpu());
      line.append(",\"address\":\"0x").append(Long.toHexString(event.address())).append('"');
      event.place().ifPresent(place -> quote(line.append(",\"symbol\":"), place.toString()));
      line.append(",\"event\":\"").append(event.category().text()).append('"');
      for (TraceEvent.Field field : event.fields()) {
        line.append(",\"").append(field.name()).append("\":");
        if (field.number()) {
          line.append(field.value());
        } else {
          quote(line, field.value());
        }
      }
      return line.append('}').toString();
    }
  };

  private static final int COUNT_COLUMNS = 12;
  private static final HexFormat ADDRESS = HexFormat.of();

  /** The line of an event, without the line's end. */
  public abstract String line(TraceEvent event);

  private static void quote(StringBuilder line, String text) {
    line.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        line.append('\\').append(c);
      } else if (c < ' ') {
        line.append("\\u").append(ADDRESS.toHexDigits(c));
      } else {
        line.append(c);
      }
    }
    line.append('"');
  }
}
