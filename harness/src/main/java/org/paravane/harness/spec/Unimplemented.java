package org.paravane.harness.spec;

/** What an instruction does that other processors have and Paravane does not implement. */
public enum Unimplemented {
  /** Ends the run, naming the instruction. */
  STOP,
  /** Raises #UD, as on a processor without the feature. */
  FAULT
}
