package org.paravane.harness.spi;

import org.paravane.core.execution.Machine;

/**
 * A debugger that a boot runs under. Called on the thread that runs the boot, but for {@link #release}. It may hold the
 * machine as long as it likes; limits of host time are off meanwhile.
 */
public interface BootDebugger {
  /**
   * A machine is about to execute its first instruction: at the start of the boot, and again whenever the debugger went
   * back in time.
   *
   * @param wake ends a wait for console input, on any thread
   */
  void machine(Machine machine, Runnable wake);

  /** Tells, after the machine stopped as it was asked to, whether one like it is to start again from the beginning. */
  boolean rewinds();

  /** Tells, once, whether the past was changed: then the console's bytes are new ones. */
  boolean takeDiverged();

  /** Tells, after the machine stopped as it was asked to, whether the debugger's user ended the run. */
  boolean killed();

  /** The run is to end: the debugger lets the machine go. On any thread. */
  void release();
}
