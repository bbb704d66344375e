package org.paravane.debug.gdb;

/** Where gdb lets the machine go. */
enum Motion {
  /** Until something stops it. */
  CONTINUE,
  /** One instruction of one processor. */
  STEP,
  /** Back one instruction of one processor. */
  STEP_BACK,
  /** Back until something stops it. */
  CONTINUE_BACK,
  /** On, without gdb. */
  DETACH,
  /** No farther. */
  KILL;

  boolean back() {
    return this == STEP_BACK || this == CONTINUE_BACK;
  }
}
