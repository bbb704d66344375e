package org.paravane.harness;

import org.paravane.harness.spi.MachineSnapshot;

/** A bug in Paravane that a run has hit: the machine threw. */
public final class EmulatorFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient MachineSnapshot snapshot;

  /** Keeps what the machine threw and, as far as it could still be told, the state it was in. */
  public EmulatorFault(Throwable cause, MachineSnapshot snapshot) {
    super("The emulator failed: " + cause, cause);
    this.snapshot = snapshot;
  }

  /** The processor when it happened. */
  public MachineSnapshot snapshot() {
    return snapshot;
  }
}
