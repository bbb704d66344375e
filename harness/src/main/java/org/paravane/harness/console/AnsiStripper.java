package org.paravane.harness.console;

import java.util.function.IntConsumer;

/**
 * Removes terminal control sequences (ECMA-48) from a byte stream, so that a coloured prompt matches plain text.
 *
 * <p>Taken out: CSI sequences, OSC/DCS/APC/PM/SOS strings up to their terminator, other escape sequences, and carriage
 * returns. A string that never ends is given up at the next newline, so that a broken sequence cannot swallow the
 * rest of a console.
 */
public final class AnsiStripper implements IntConsumer {
  private enum State {
    TEXT,
    ESCAPE,
    INTERMEDIATE,
    CONTROL_SEQUENCE,
    STRING,
    STRING_ESCAPE
  }

  private static final int BELL = 0x07;
  private static final int ESC = 0x1b;

  private final IntConsumer text;
  private State state = State.TEXT;

  /** Passes what is left of the stream on to {@code text}. */
  public AnsiStripper(IntConsumer text) {
    this.text = text;
  }

  /** Takes the next byte, 0 to 255. */
  @Override
  public void accept(int value) {
    if (value == '\n') {
      state = State.TEXT;
      text.accept(value);
      return;
    }
    switch (state) {
      case TEXT -> plain(value);
      case ESCAPE -> state = afterEscape(value);
      case INTERMEDIATE -> state = value >= 0x20 && value <= 0x2f ? State.INTERMEDIATE : State.TEXT;
      case CONTROL_SEQUENCE ->
          state = value >= 0x40 && value <= 0x7e ? State.TEXT : State.CONTROL_SEQUENCE;
      case STRING ->
          state = value == BELL ? State.TEXT : value == ESC ? State.STRING_ESCAPE : State.STRING;
      case STRING_ESCAPE -> state = value == '\\' ? State.TEXT : State.STRING;
    }
  }

  private void plain(int value) {
    if (value == ESC) {
      state = State.ESCAPE;
    } else if (value != '\r') {
      text.accept(value);
    }
  }

  private static State afterEscape(int value) {
    return switch (value) {
      case '[' -> State.CONTROL_SEQUENCE;
      case ']', 'P', 'X', '^', '_' -> State.STRING;
      case ESC -> State.ESCAPE;
      default -> value >= 0x20 && value <= 0x2f ? State.INTERMEDIATE : State.TEXT;
    };
  }
}
