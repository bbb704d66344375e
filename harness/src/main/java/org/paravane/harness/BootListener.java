package org.paravane.harness;

/** Follows a boot while it runs. Called on the thread that runs the machine; must not block for long. */
public interface BootListener {
  /** Hears of nothing. */
  BootListener NONE = new BootListener() {};

  /** The guest printed a byte, 0 to 255. */
  default void console(int value) {}

  /** The machine paused for a moment, as it does every few million instructions and when it needs input. */
  default void progress(Progress progress) {}
}
