package org.paravane.harness.comparison;

import java.util.List;

/**
 * A program that boots one image with its console on the standard output.
 *
 * @param name what tables call it
 * @param command program and arguments
 * @param input what it is told on its standard input at the start, may be empty
 */
public record Emulator(String name, List<String> command, String input) {
  /** Copies the list. */
  public Emulator {
    command = List.copyOf(command);
  }

  /** A program that is told nothing. */
  public Emulator(String name, List<String> command) {
    this(name, command, "");
  }
}
