package org.paravane.platform;

import java.util.Map;
import java.util.function.Supplier;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.core.execution.Machine;

/**
 * A machine with a kernel in it.
 *
 * @param machine the machine
 * @param kernel how the kernel was placed
 * @param console where what users type goes; called on the machine's thread only
 * @param counters what the platform has counted so far, for reports, in a fixed order
 */
public record PreparedMachine(
    Machine machine,
    PlacedKernel kernel,
    ConsoleInput console,
    Supplier<Map<String, Long>> counters) {
  /** A machine whose platform counts nothing. */
  public PreparedMachine(Machine machine, PlacedKernel kernel, ConsoleInput console) {
    this(machine, kernel, console, Map::of);
  }

  /** The guest's console as an input. */
  @FunctionalInterface
  public interface ConsoleInput {
    /** Types a byte; it waits until the guest reads it. */
    void type(byte value);
  }
}
