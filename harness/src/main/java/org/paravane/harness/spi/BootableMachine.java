package org.paravane.harness.spi;

import java.util.Optional;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;

/**
 * A machine with a kernel in it, as the harness drives it. One thread calls everything but {@link #requestStop}.
 *
 * <p>How a run is cut into calls of {@link #run} must not be visible to the guest.
 */
public interface BootableMachine extends AutoCloseable {
  /**
   * Executes until the guest ends, or a stop is requested, or {@code instructionBudget} further instructions are done.
   * After {@code BudgetSpent}, {@code StopRequested} and {@code Halted} it may be called again and goes on.
   */
  ExitReason run(long instructionBudget);

  /**
   * Makes {@link #run} return {@code StopRequested} soon, from any thread and even from the console's consumer. A
   * request while nothing runs makes the next {@link #run} return at once.
   */
  void requestStop();

  /** How the kernel is entered, for people, such as {@code ELF entry 0x1000000}. */
  String entry();

  /** How many instructions all processors have executed. */
  long instructions();

  /** Guest time in nanoseconds from the start of the machine. */
  long nanos();

  /** Types {@code bytes} on the guest's console; they wait, without loss, until the guest reads them. */
  void consoleInput(byte[] bytes);

  /** Says whether idle time is to pass no faster than on the host, because somebody sits at the console. */
  void paceIdle(boolean paced);

  /** Tells whether, after {@code Halted}, {@link #consoleInput} could wake a processor. */
  boolean inputCanWake();

  /** The machine itself, for debuggers; empty where there is none that they could take hold of. */
  default Optional<Machine> machine() {
    return Optional.empty();
  }

  /** The state of the machine, for people. */
  MachineSnapshot snapshot();

  /** Gives the guest's memory back. */
  @Override
  void close();
}
