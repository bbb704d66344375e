package org.paravane.platform;

import org.paravane.boot.placement.PlacedKernel;
import org.paravane.core.execution.Machine;

/**
 * A machine with a kernel in it.
 *
 * @param machine the machine
 * @param kernel how the kernel was placed
 * @param console where what users type goes; called on the machine's thread only
 */
public record PreparedMachine(Machine machine, PlacedKernel kernel, ConsoleInput console) {
  /** The guest's console as an input. */
  @FunctionalInterface
  public interface ConsoleInput {
    /** Types a byte; it waits until the guest reads it. */
    void type(byte value);
  }
}
