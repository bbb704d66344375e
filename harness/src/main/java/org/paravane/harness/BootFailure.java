package org.paravane.harness;

import org.paravane.core.ParavaneException;
import org.paravane.harness.spec.BootSpec;

/**
 * A boot that could not be tried, or that Paravane itself spoiled.
 *
 * @param spec what was asked
 * @param code the stable name of the reason: {@link ParavaneException#code}, or {@code EMULATOR_FAULT}
 * @param message one sentence for people
 * @param exitCode what a process exits with for it
 */
public record BootFailure(BootSpec spec, String code, String message, int exitCode)
    implements BootResult {
  /** The boot was refused. */
  public static BootFailure of(BootSpec spec, ParavaneException refusal) {
    return new BootFailure(spec, refusal.code(), refusal.getMessage(), ExitCode.of(refusal).code());
  }

  /** The emulator failed. */
  public static BootFailure of(BootSpec spec, EmulatorFault fault) {
    return new BootFailure(spec, "EMULATOR_FAULT", fault.getMessage(), ExitCode.INTERNAL.code());
  }
}
