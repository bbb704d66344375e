package org.paravane.harness.spi;

import java.util.OptionalLong;
import org.paravane.core.execution.Machine;

/**
 * A debugger that a boot runs under. Called on the thread that runs the boot, but for {@link #release}. It may hold the
 * machine as long as it likes; limits of host time are off meanwhile.
 */
public interface BootDebugger {
  /**
   * A machine is about to execute its first instruction: at the start of the boot, and again if the debugger goes back in
   * time to before every checkpoint.
   *
   * @param wake ends a wait for console input, on any thread
   */
  void machine(Machine machine, Runnable wake);

  /**
   * Tells, after the machine stopped as it was asked to, that the debugger goes back in time: the count of retired
   * instructions that the machine, or one like it, is to start again at, or from before.
   */
  OptionalLong rewindsTo();

  /** The machine is what it was when so many instructions were retired. */
  void wentBack(long instructions);

  /**
   * Tells whether the machine's state is worth keeping, to go back to.
   *
   * @param instructions that it retired
   * @param last that it had retired when its state was last kept; {@link Long#MIN_VALUE} / 2 if never
   */
  boolean wantsCheckpoint(long instructions, long last);

  /**
   * The count of retired instructions at which something was changed since this was last asked: from there on, the guest
   * does not do what it did before.
   */
  OptionalLong takeDiverged();

  /** Tells, after the machine stopped as it was asked to, whether the debugger's user ended the run. */
  boolean killed();

  /** The run is to end: the debugger lets the machine go. On any thread. */
  void release();
}
