package org.paravane.core.device;

import org.paravane.core.io.InterruptLine;

/** A wire that counts its rising edges. */
public final class RecordingLine implements InterruptLine {
  private boolean asserted;
  private int rises;

  @Override
  public void set(boolean nowAsserted) {
    if (nowAsserted && !asserted) {
      rises++;
    }
    asserted = nowAsserted;
  }

  /** Its level. */
  public boolean asserted() {
    return asserted;
  }

  /** How often it went from low to high. */
  public int rises() {
    return rises;
  }
}
