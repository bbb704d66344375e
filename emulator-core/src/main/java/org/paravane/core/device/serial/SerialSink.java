package org.paravane.core.device.serial;

/** Takes what a serial port sends. */
@FunctionalInterface
public interface SerialSink {
  /** Takes one character, in the order of sending. */
  void accept(byte character);
}
