package org.paravane.harness;

import java.time.Duration;
import java.util.Locale;

/** How a run ended, as a value: the command line, the reports and JUnit all render the same one. */
public sealed interface RunOutcome {
  /** Where the run ended. */
  EndPoint end();

  /** One sentence for people. */
  String summary();

  /** The stable name for reports: the words of the type in lower case, with hyphens. */
  default String id() {
    return getClass()
        .getSimpleName()
        .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
        .toLowerCase(Locale.ROOT);
  }

  /** Tells whether this is what was hoped for. */
  default boolean success() {
    return this instanceof MarkerReached || this instanceof GuestShutdown;
  }

  /** Every expected marker was seen; {@code how} says how the run ended then. */
  record MarkerReached(EndPoint end, String how) implements RunOutcome {
    @Override
    public String summary() {
      return "All expected markers were seen; " + how + ".";
    }
  }

  /** The guest powered off, and no marker was expected. */
  record GuestShutdown(EndPoint end, String how) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest powered off (" + how + ").";
    }
  }

  /** The guest powered off before {@code marker} was seen. */
  record MarkerMissing(EndPoint end, String marker, String how) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest powered off (%s) and the marker '%s' was not seen.".formatted(how, marker);
    }
  }

  /** {@code marker} was seen in {@code line}, and was forbidden. */
  record ForbiddenMarker(EndPoint end, String marker, String line) implements RunOutcome {
    @Override
    public String summary() {
      return "The forbidden marker '%s' was seen: %s".formatted(marker, line);
    }
  }

  /** The guest's console, or its platform's crash interface ({@code rule} "crash"), reports a failure. */
  record GuestPanic(EndPoint end, String rule, String line) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest failed (rule '%s'): %s".formatted(rule, line);
    }
  }

  /** The guest reset the machine before the markers were seen, or none were expected. */
  record GuestReset(EndPoint end, String how) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest reset the machine (" + how + ").";
    }
  }

  /** Every processor is halted, and nothing can wake one. */
  record Halted(EndPoint end) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest halted for good: no interrupt can wake it.";
    }
  }

  /** An exception while a double fault was delivered. */
  record TripleFault(EndPoint end) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest ended in a triple fault at RIP %#x.".formatted(end.rip());
    }
  }

  /** The guest wrote {@code value} to the debug-exit port. */
  record DebugExit(EndPoint end, int value) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest wrote " + value + " to the debug-exit port.";
    }
  }

  /** The guest used something that Paravane does not have; {@code what} names it. */
  record UnsupportedFeature(EndPoint end, String what) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest needs something that is not implemented: " + what + ".";
    }
  }

  /** {@code limit} guest instructions were executed. */
  record BudgetExhausted(EndPoint end, long limit) implements RunOutcome {
    @Override
    public String summary() {
      return String.format(Locale.ROOT, "The limit of %,d instructions was reached.", limit);
    }
  }

  /** {@code limit} of the host's time is over. */
  record TimedOut(EndPoint end, Duration limit) implements RunOutcome {
    @Override
    public String summary() {
      return "The time limit of " + Durations.text(limit) + " was reached.";
    }
  }

  /** The console was silent for {@code limit} of the guest's time. */
  record GuestSilent(EndPoint end, Duration limit) implements RunOutcome {
    @Override
    public String summary() {
      return "The guest printed nothing for " + Durations.text(limit) + " of its time.";
    }
  }

  /** The user stopped the run. */
  record Interrupted(EndPoint end) implements RunOutcome {
    @Override
    public String summary() {
      return "Stopped by the user.";
    }
  }
}
