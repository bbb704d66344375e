package org.paravane.cli.terminal;

import java.io.ByteArrayOutputStream;

/** Tells what is typed for the guest from what is typed for Paravane. */
public final class EscapeFilter {
  /** What the user wants of Paravane. */
  public enum Command {
    /** Nothing. */
    NONE,
    /** To end the run. */
    LEAVE,
    /** To be told the keys. */
    HELP
  }

  private final EscapeKey key;
  private boolean escaped;

  /** Watches for {@code key}. */
  public EscapeFilter(EscapeKey key) {
    this.key = key;
  }

  /** Takes the next byte typed, 0 to 255, and appends what the guest shall get to {@code forGuest}. */
  public Command accept(int value, ByteArrayOutputStream forGuest) {
    if (!escaped) {
      escaped = key.code() != 0 && value == key.code();
      if (!escaped) {
        forGuest.write(value);
      }
      return Command.NONE;
    }
    escaped = false;
    if (value == key.code()) {
      forGuest.write(value);
      return Command.NONE;
    }
    return switch (value) {
      case 'x', 'X' -> Command.LEAVE;
      case 'h', 'H', '?' -> Command.HELP;
      default -> Command.NONE;
    };
  }
}
