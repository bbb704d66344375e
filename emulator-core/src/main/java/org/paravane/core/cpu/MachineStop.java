package org.paravane.core.cpu;

import org.paravane.core.machine.ExitReason;

/** Ends the run at the current instruction, which is not retired. */
@SuppressWarnings("serial")
public final class MachineStop extends RuntimeException {
  private final transient ExitReason reason;

  /** Stops for the given reason. */
  public MachineStop(ExitReason reason) {
    super(reason.toString(), null, false, false);
    this.reason = reason;
  }

  /** Why the run ends. */
  public ExitReason reason() {
    return reason;
  }
}
