package org.paravane.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.paravane.harness.BootSession;

/** Carries the standard input to a guest, on a thread of its own that ends with the input or with the process. */
public final class InputPump {
  private static final int CHUNK_BYTES = 4096;

  private final InputStream input;
  private final BootSession session;
  private final EscapeFilter filter;
  private final Runnable help;

  /**
   * Prepares to carry {@code input} to {@code session}.
   *
   * @param key the escape key
   * @param help called when the user asks for the keys
   */
  public InputPump(InputStream input, BootSession session, EscapeKey key, Runnable help) {
    this.input = input;
    this.session = session;
    this.filter = new EscapeFilter(key);
    this.help = help;
  }

  /** Starts the thread. */
  public void start() {
    Thread.ofPlatform().daemon().name("paravane-input").start(this::pump);
  }

  /** Carries everything until the input ends or the user leaves. */
  void pump() {
    byte[] chunk = new byte[CHUNK_BYTES];
    ByteArrayOutputStream forGuest = new ByteArrayOutputStream();
    try {
      for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
        forGuest.reset();
        for (int i = 0; i < count; i++) {
          switch (filter.accept(chunk[i] & 0xff, forGuest)) {
            case NONE -> {}
            case HELP -> help.run();
            case LEAVE -> {
              session.interrupt();
              return;
            }
          }
        }
        if (forGuest.size() > 0) {
          session.input(forGuest.toByteArray());
        }
      }
    } catch (IOException e) {
      session.endInput();
      return;
    }
    session.endInput();
  }
}
