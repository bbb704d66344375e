package org.paravane.harness;

import java.util.Map;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.core.ParavaneException;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;

/** What the process exits with, in the one place that says so. The numbers are stable. */
public enum ExitCode {
  /** All is well. */
  SUCCESS(0, "all expected markers seen, or a clean shutdown with none asked for"),
  /** The user asked for something that makes no sense. */
  USAGE(2, "wrong arguments or configuration"),
  /** The image is at fault. */
  IMAGE(3, "image missing, unreadable or unsupported"),
  /** The host is at fault. */
  HOST_IO(4, "trouble with a file or stream of the host"),
  /** {@link RunOutcome.ForbiddenMarker}. */
  FORBIDDEN_MARKER(10, "a forbidden marker was seen"),
  /** {@link RunOutcome.MarkerMissing}. */
  MARKER_MISSING(11, "the guest ended without an expected marker"),
  /** {@link RunOutcome.TimedOut}. */
  TIME_LIMIT(12, "time limit"),
  /** {@link RunOutcome.BudgetExhausted}. */
  INSTRUCTION_LIMIT(13, "instruction limit"),
  /** {@link RunOutcome.GuestPanic}. */
  GUEST_PANIC(14, "guest panic, oops, or another --fail-on rule"),
  /** {@link RunOutcome.TripleFault}. */
  TRIPLE_FAULT(15, "triple fault"),
  /** {@link RunOutcome.UnsupportedFeature}. */
  UNSUPPORTED(16, "an instruction that is not implemented"),
  /** {@link RunOutcome.GuestReset}, {@link RunOutcome.Halted}. */
  GUEST_STOPPED(17, "guest reset or halted before the markers"),
  /** {@link RunOutcome.GuestSilent}. */
  GUEST_SILENT(18, "guest idle or silent too long"),
  /** {@link RunOutcome.DebugExit}: the base to which the value is added. */
  DEBUG_EXIT(32, "32 + n: guest debug-exit value n (0-30); 63: a larger one"),
  /** An error in Paravane. */
  INTERNAL(70, "bug in Paravane (a dump was written)"),
  /** {@link RunOutcome.Interrupted}. */
  INTERRUPTED(130, "stopped by the user");

  private static final int LARGEST_PLAIN_DEBUG_VALUE = 30;
  private static final int LARGER_DEBUG_VALUE = 63;

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The number. */
  public int code() {
    return code;
  }

  /** What it means, for people. */
  public String meaning() {
    return meaning;
  }

  /** The number for {@code outcome}; {@code debugExitMap} gives numbers for debug-exit values that shall differ. */
  public static int of(RunOutcome outcome, Map<Integer, Integer> debugExitMap) {
    return switch (outcome) {
      case RunOutcome.MarkerReached _, RunOutcome.GuestShutdown _ -> SUCCESS.code;
      case RunOutcome.ForbiddenMarker _ -> FORBIDDEN_MARKER.code;
      case RunOutcome.MarkerMissing _ -> MARKER_MISSING.code;
      case RunOutcome.TimedOut _ -> TIME_LIMIT.code;
      case RunOutcome.BudgetExhausted _ -> INSTRUCTION_LIMIT.code;
      case RunOutcome.GuestPanic _ -> GUEST_PANIC.code;
      case RunOutcome.TripleFault _ -> TRIPLE_FAULT.code;
      case RunOutcome.UnsupportedFeature _ -> UNSUPPORTED.code;
      case RunOutcome.GuestReset _, RunOutcome.Halted _ -> GUEST_STOPPED.code;
      case RunOutcome.GuestSilent _ -> GUEST_SILENT.code;
      case RunOutcome.DebugExit exit -> debugExit(exit.value(), debugExitMap);
      case RunOutcome.Interrupted _ -> INTERRUPTED.code;
    };
  }

  /** The exit code of a boot that could not be tried. */
  public static ExitCode of(ParavaneException refusal) {
    return switch (refusal) {
      case HarnessException harness -> of(harness.error());
      case BootException boot -> of(boot.error());
      default -> IMAGE;
    };
  }

  private static ExitCode of(BootError error) {
    return switch (error) {
      case COMMAND_LINE_TOO_LONG, COMMAND_LINE_INVALID, PROTOCOL_NOT_OFFERED -> USAGE;
      case MEMORY_TOO_SMALL, INITRD_TOO_LARGE, KERNEL_ADDRESS_CONFLICT -> IMAGE;
    };
  }

  private static ExitCode of(ErrorCode error) {
    return switch (error) {
      case BAD_OPTION, UNKNOWN_PLATFORM -> USAGE;
      case IMAGE_NOT_FOUND, IMAGE_NOT_FETCHED, IMAGE_UNREADABLE, IMAGE_NOT_FOR_PLATFORM -> IMAGE;
      case HOST_MEMORY, HOST_IO -> HOST_IO;
    };
  }

  private static int debugExit(int value, Map<Integer, Integer> map) {
    boolean plain = value >= 0 && value <= LARGEST_PLAIN_DEBUG_VALUE;
    return map.getOrDefault(value, plain ? DEBUG_EXIT.code + value : LARGER_DEBUG_VALUE);
  }
}
