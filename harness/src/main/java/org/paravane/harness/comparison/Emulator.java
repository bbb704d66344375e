package org.paravane.harness.comparison;

import java.util.List;

/**
 * A program that boots one image with its console on the standard output.
 *
 * @param name what tables call it
 * @param command program and arguments
 */
public record Emulator(String name, List<String> command) {
  /** Copies the list. */
  public Emulator {
    command = List.copyOf(command);
  }
}
