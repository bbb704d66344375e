package org.paravane.core.instructions.integer;

/** The names of the condition codes (SDM Vol. 1 appendix B). */
final class Conditions {
  /** Suffixes of Jcc, CMOVcc and SETcc by condition code. */
  static final String[] SUFFIXES = {
    "O", "NO", "B", "AE", "E", "NE", "BE", "A", "S", "NS", "P", "NP", "L", "GE", "LE", "G"
  };

  private Conditions() {}
}
