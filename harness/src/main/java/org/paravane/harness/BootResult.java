package org.paravane.harness;

import org.paravane.harness.spec.BootSpec;

/** What can be reported of a boot: that it ran, or why it could not. */
public sealed interface BootResult permits BootReport, BootFailure {
  /** What was asked. */
  BootSpec spec();

  /** What a process exits with for it. */
  int exitCode();
}
