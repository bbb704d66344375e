package org.paravane.harness.spec;

/** What drives guest time. */
public enum ClockMode {
  /** The instruction count: equal runs are equal. */
  VIRTUAL,
  /** The host's clock: for interactive use. */
  HOST
}
