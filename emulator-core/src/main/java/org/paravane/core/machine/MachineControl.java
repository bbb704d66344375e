package org.paravane.core.machine;

/** What a device may ask of the machine it is in. */
@FunctionalInterface
public interface MachineControl {
  /** Ends the run after the current instruction; the first reason of a run counts. */
  void exit(ExitReason reason);
}
