package org.paravane.core.cpu;

/** The local APIC, or whatever stands in its place, as its processor sees it. */
public interface InterruptController {
  /** Tells whether {@link #acknowledgeInterrupt()} would return a vector now, by priority and CR8. */
  boolean interruptPending();

  /**
   * Takes the highest-priority pending interrupt: the INTA cycle.
   *
   * @return the vector, 0 to 255, or -1 if there is none
   */
  int acknowledgeInterrupt();

  /** CR8: the task-priority class, 0 to 15. */
  int taskPriorityClass();

  /** Sets CR8, 0 to 15. */
  void taskPriorityClass(int priorityClass);
}
