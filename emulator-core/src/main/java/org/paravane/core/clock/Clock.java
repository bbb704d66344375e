package org.paravane.core.clock;

/** Tells machine time. */
@FunctionalInterface
public interface Clock {
  /** Nanoseconds of machine time since the machine was started; never goes backwards. */
  long nanos();
}
