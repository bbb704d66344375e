package org.paravane.core.io;

/** One wire from a device to an interrupt controller's input. Raising a line that is already raised changes nothing. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the line: true is asserted. Edge-triggered inputs latch the change from false to true. */
  void set(boolean asserted);
}
