package org.paravane.debug.gdb;

/**
 * The way back to an earlier moment: a run from before it in search of the last moment that gdb would have stopped at, then
 * another one to there.
 */
final class Journey {
  /** Nobody travels. */
  static final Journey NONE = new Journey(Leg.DONE, null, null, null);

  /** How far before the moment to go back from a search for the last instruction looks at each. */
  private static final long WINDOW_INSTRUCTIONS = 4096;

  private static final long CLOSE_INSTRUCTIONS = 3 << 20;

  /** In place of a processor: none, so that a moment is reached when its count is passed. */
  private static final int NO_CPU = -1;

  private enum Leg {
    /** Looking for the last instruction before a moment. */
    SEARCH_STEP,
    /** Looking for the last breakpoint before a moment. */
    SEARCH_BREAKPOINT,
    /** On the way to a moment. */
    TRAVEL,
    /** On the way to what most often is the last instruction before a moment. */
    TRY,
    /** There. */
    DONE
  }

  private final Leg leg;

  /** The moment to go back from, or what is left of the run before where an earlier search began. */
  private final Position origin;

  /** The moment to go to, for TRAVEL and TRY. */
  private final Position destination;

  /** What gdb is told on arrival. */
  private final String reason;

  private Position found;
  private String foundReason = "";
  private Position previous;
  private long startedAt;
  private long window = WINDOW_INSTRUCTIONS;

  private Journey(Leg leg, Position origin, Position destination, String reason) {
    this.leg = leg;
    this.origin = origin;
    this.destination = destination;
    this.reason = reason;
  }

  /**
   * Goes back from a moment.
   *
   * @param cpu the processor that a step is of
   * @param alone whether it is the only one
   */
  static Journey back(Motion motion, Position from, int cpu, boolean alone) {
    if (motion == Motion.CONTINUE_BACK) {
      return new Journey(Leg.SEARCH_BREAKPOINT, from, null, null);
    }
    if (alone && from.instructions() > 0) {
      return new Journey(Leg.TRY, from, new Position(from.instructions() - 1, cpu), "");
    }
    return new Journey(Leg.SEARCH_STEP, from, new Position(0, cpu), null);
  }

  boolean underway() {
    return leg != Leg.DONE;
  }

  /** What gdb is told on arrival. */
  String reason() {
    return reason;
  }

  /** The count of instructions that this leg is to start at the latest. */
  long latestStart() {
    return switch (leg) {
      case SEARCH_STEP -> Math.max(0, origin.instructions() - window);
      case SEARCH_BREAKPOINT -> Math.max(0, origin.instructions() - 1);
      case TRAVEL, TRY -> destination.instructions();
      case DONE -> 0;
    };
  }

  /** Tells whether so few instructions are left to the destination that the way there may be gone again soon. */
  boolean closeAt(long instructions) {
    return (leg == Leg.TRAVEL || leg == Leg.TRY)
        && instructions <= destination.instructions()
        && destination.instructions() - instructions <= CLOSE_INSTRUCTIONS;
  }

  /** This leg's run begins. */
  void starts(long instructions) {
    found = null;
    previous = null;
    startedAt = instructions;
  }

  /** Tells whether each instruction of a stretch of code is to be looked at, after which so many will be retired. */
  boolean looksInto(long behind, boolean meetsBreakpoint) {
    return switch (leg) {
      case SEARCH_STEP -> behind >= origin.instructions() - window;
      case SEARCH_BREAKPOINT -> meetsBreakpoint || behind >= origin.instructions();
      case TRAVEL, TRY -> behind >= destination.instructions();
      case DONE -> false;
    };
  }

  /** A moment is reached: true if the run goes on, false if this leg ends there. */
  boolean passes(Position now, Breakpoints.Point watched, Breakpoints.Point here) {
    switch (leg) {
      case SEARCH_STEP -> {
        if (origin.reachedBy(now)) {
          return false;
        }
        if (now.cpu() == destination.cpu()) {
          found = now;
        }
      }
      case SEARCH_BREAKPOINT -> {
        if (watched != null && previous != null) {
          found = previous;
          foundReason = GdbTarget.reason(watched);
        }
        if (origin.reachedBy(now)) {
          return false;
        }
        if (here != null) {
          found = now;
          foundReason = GdbTarget.reason(here);
        }
        previous = now;
      }
      case TRAVEL, TRY -> {
        return !destination.reachedBy(now);
      }
      case DONE -> {
        return true;
      }
    }
    return true;
  }

  /** What comes after this leg, which ended at a moment. */
  Journey next(Position now) {
    return switch (leg) {
      case SEARCH_STEP -> {
        if (found == null && window < origin.instructions()) {
          Journey wider = new Journey(leg, origin, destination, null);
          wider.window = Math.max(window, origin.instructions() >> 4) << 4;
          yield wider;
        }
        yield toFound();
      }
      case SEARCH_BREAKPOINT ->
          found == null && startedAt > 0
              ? new Journey(leg, new Position(startedAt, NO_CPU), null, null)
              : toFound();
      // An idle processor, or an exception, may leave no moment with that count.
      case TRY ->
          now.instructions() < origin.instructions()
              ? arrived(reason)
              : new Journey(Leg.SEARCH_STEP, origin, destination, null);
      case TRAVEL, DONE -> arrived(reason);
    };
  }

  private Journey toFound() {
    return found == null
        ? new Journey(Leg.TRAVEL, origin, Position.START, "replaylog:begin;")
        : new Journey(Leg.TRAVEL, origin, found, foundReason);
  }

  private static Journey arrived(String reason) {
    return new Journey(Leg.DONE, null, null, reason);
  }
}
