package org.paravane.cli.terminal;

/** The terminal that a process may have on its standard streams. */
public interface Terminal {
  /** A terminal that no stream is connected to. */
  Terminal NONE =
      new Terminal() {
        @Override
        public boolean isTerminal(Stream stream) {
          return false;
        }

        @Override
        public Runnable enterRawMode() {
          return () -> {};
        }
      };

  /** The standard streams by their file descriptors. */
  enum Stream {
    /** Descriptor 0. */
    INPUT,
    /** Descriptor 1. */
    OUTPUT,
    /** Descriptor 2. */
    ERROR
  }

  /** Tells whether {@code stream} is a terminal. */
  boolean isTerminal(Stream stream);

  /**
   * Makes the terminal of the standard input hand over every key as it is typed, without echo; output is still
   * processed, so that a newline starts a line.
   *
   * @return what puts the terminal back; may be run more than once and from any thread
   */
  Runnable enterRawMode();
}
