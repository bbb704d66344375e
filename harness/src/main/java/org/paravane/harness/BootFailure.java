package org.paravane.harness;

import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spec.BootSpec;

/**
 * A boot that could not be tried, or that Paravane itself spoiled.
 *
 * @param spec what was asked
 * @param code the stable name of the reason: an {@code ErrorCode}, or {@code EMULATOR_FAULT}
 * @param message one sentence for people
 * @param exitCode what a process exits with for it
 */
public record BootFailure(BootSpec spec, String code, String message, int exitCode) implements BootResult {
  /** The boot was refused. */
  public static BootFailure of(BootSpec spec, HarnessException refusal) {
    return new BootFailure(
        spec, refusal.code().name(), refusal.getMessage(), ExitCode.of(refusal.code()).code());
  }

  /** The emulator failed. */
  public static BootFailure of(BootSpec spec, EmulatorFault fault) {
    return new BootFailure(spec, "EMULATOR_FAULT", fault.getMessage(), ExitCode.INTERNAL.code());
  }
}
