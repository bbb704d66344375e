package org.paravane.cli.output;

import org.paravane.cli.options.OutputOptions;
import org.paravane.cli.terminal.Host;
import org.paravane.cli.terminal.Terminal;

/** Colours for our messages, or none. */
public final class Palette {
  private static final String RESET = "\033[0m";

  private final boolean enabled;

  /** Colours if {@code enabled}, else leaves text as it is. */
  public Palette(boolean enabled) {
    this.enabled = enabled;
  }

  /** Colours our messages, which go to the standard error, as the user wants. */
  public static Palette of(OutputOptions.Color color, Host host) {
    return of(color, host, Terminal.Stream.ERROR);
  }

  /** Colours what goes to {@code stream} as the user wants. */
  public static Palette of(OutputOptions.Color color, Host host, Terminal.Stream stream) {
    return new Palette(
        switch (color) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO ->
              host.watched(stream) && host.environment().getOrDefault("NO_COLOR", "").isEmpty();
        });
  }

  /** What went well. */
  public String good(String text) {
    return paint("\033[32m", text);
  }

  /** What went wrong. */
  public String bad(String text) {
    return paint("\033[1;31m", text);
  }

  /** What names a part of the screen. */
  public String label(String text) {
    return paint("\033[1m", text);
  }

  /** What is there for completeness. */
  public String faint(String text) {
    return paint("\033[2m", text);
  }

  private String paint(String start, String text) {
    return enabled ? start + text + RESET : text;
  }
}
