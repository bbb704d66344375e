package org.paravane.debug.gdb;

/**
 * A moment of a run, between two instructions. As runs are deterministic, it is the same moment in every run.
 *
 * @param instructions retired by all processors before it
 * @param cpu the processor whose turn it is
 */
record Position(long instructions, int cpu) {
  /** Before the first instruction. */
  static final Position START = new Position(0, 0);

  /** Tells whether the moment is this one or lies behind it, for one that is looked at in a run from the start. */
  boolean reachedBy(Position moment) {
    return moment.instructions > instructions || moment.equals(this);
  }
}
