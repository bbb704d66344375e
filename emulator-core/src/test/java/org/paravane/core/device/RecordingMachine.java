package org.paravane.core.device;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/** A machine that writes down why it was asked to stop. */
public final class RecordingMachine implements MachineControl {
  private final List<ExitReason> reasons = new ArrayList<>();

  @Override
  public void exit(ExitReason reason) {
    reasons.add(reason);
  }

  /** The reasons so far, oldest first. */
  public List<ExitReason> reasons() {
    return reasons;
  }
}
