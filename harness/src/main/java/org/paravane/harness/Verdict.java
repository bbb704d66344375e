package org.paravane.harness;

import org.paravane.core.machine.ExitReason;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.Limits;

/** Decides what a run that has ended amounts to. */
final class Verdict {
  private Verdict() {}

  /**
   * The outcome, strongest evidence first: a failure on the console, what the machine died of, the user's leaving, the
   * markers, the limits.
   *
   * @param reason why the machine stopped
   * @param cause why the harness stopped it; null if it stopped by itself
   */
  static RunOutcome of(
      BootSpec spec, ExitReason reason, StopCause cause, ConsoleWatch console, EndPoint end) {
    ConsoleWatch.Failure failure = console.failure();
    if (failure != null) {
      return failure.forbidden()
          ? new RunOutcome.ForbiddenMarker(end, failure.rule(), failure.line())
          : new RunOutcome.GuestPanic(end, failure.rule(), failure.line());
    }
    return switch (reason) {
      case ExitReason.GuestCrash crash -> new RunOutcome.GuestPanic(end, "crash", crash.how());
      case ExitReason.TripleFault _ -> new RunOutcome.TripleFault(end);
      case ExitReason.DebugExit exit -> new RunOutcome.DebugExit(end, exit.value());
      case ExitReason.Unsupported unsupported ->
          new RunOutcome.UnsupportedFeature(end, unsupported.what());
      case ExitReason.PowerOff off -> poweredOff(off.how(), console, end);
      case ExitReason.Reset reset ->
          console.complete()
              ? new RunOutcome.MarkerReached(
                  end, "then the guest reset the machine (" + reset.how() + ")")
              : new RunOutcome.GuestReset(end, reset.how());
      case ExitReason.Halted _ ->
          console.complete()
              ? new RunOutcome.MarkerReached(end, "then the guest halted")
              : new RunOutcome.Halted(end);
      case ExitReason.StopRequested _, ExitReason.BudgetSpent _ ->
          stopped(spec, cause, console, end);
    };
  }

  private static RunOutcome poweredOff(String how, ConsoleWatch console, EndPoint end) {
    if (console.complete()) {
      return new RunOutcome.MarkerReached(end, "then the guest powered off (" + how + ")");
    }
    return console.missing().isEmpty()
        ? new RunOutcome.GuestShutdown(end, how)
        : new RunOutcome.MarkerMissing(end, console.missing().getFirst().source(), how);
  }

  private static RunOutcome stopped(
      BootSpec spec, StopCause cause, ConsoleWatch console, EndPoint end) {
    Limits limits = spec.limits();
    if (cause == StopCause.USER) {
      return new RunOutcome.Interrupted(end);
    }
    if (console.complete()) {
      return new RunOutcome.MarkerReached(end, "the run was ended behind the last one");
    }
    return switch (cause) {
      case WALL_TIME -> new RunOutcome.TimedOut(end, limits.wallTime().orElseThrow());
      case INSTRUCTIONS -> new RunOutcome.BudgetExhausted(end, limits.instructions().orElseThrow());
      case SILENCE -> new RunOutcome.GuestSilent(end, limits.silence().orElseThrow());
      case USER, FORBIDDEN, DECIDED ->
          throw new IllegalStateException("undecided run stopped by " + cause);
    };
  }
}
