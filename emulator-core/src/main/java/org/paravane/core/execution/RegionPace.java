package org.paravane.core.execution;

/**
 * Whether a region is faster than the interpreter would be. It is not while the JVM has not compiled it: after it was made, and
 * after the JVM threw away what it had compiled on an assumption that proved wrong. On a busy host that may take seconds.
 * The pace is measured on the host's clock and decides who executes, never what.
 */
final class RegionPace {
  /** All of the first executions are timed, and then one of so many. */
  private static final int TIMED_FIRST = 32;

  private static final int TIMED_EVERY = 64;

  /** Training takes longer than an execution, the more so where the JVM has thrown the method away. */
  private static final int TRAINED_EVERY = 4096;

  /** An execution is slow if an instruction takes so many times as long as on average. */
  private static final int SLOW_TIMES = 4;

  /** So many more slow executions than others make it give up for a while. */
  private static final int PATIENCE = 8;

  /** What reading the clock takes, about. */
  private static final long CLOCK_NANOS = 40;

  private static final int FIRST_PAUSE = 5_000;
  private static final int LONGEST_PAUSE = 5_000_000;

  private int executions;
  private int slow;
  private int pause = FIRST_PAUSE;

  /** Counts an execution; tells whether it is to be timed. */
  boolean timesNext() {
    executions++;
    return executions <= TIMED_FIRST || executions % TIMED_EVERY == 0;
  }

  /** Tells whether the region is to be trained behind a timed execution. */
  boolean trainsNow() {
    return executions <= TIMED_FIRST || executions % TRAINED_EVERY == 0;
  }

  /**
   * Notes a timed execution.
   *
   * @param nanos how long it took
   * @param instructions how many guest instructions it retired
   * @param averageNanos what an instruction takes on average, all of the run together
   */
  void timed(long nanos, long instructions, double averageNanos) {
    boolean isSlow = nanos - CLOCK_NANOS > SLOW_TIMES * averageNanos * instructions;
    slow = Math.max(0, slow + (isSlow ? 1 : -1));
  }

  /** Tells whether the interpreter had better take over for a while. */
  boolean tooSlow() {
    return slow >= PATIENCE;
  }

  /** Begins anew; gives for how many executions of the entry to pause first. */
  int pause() {
    executions = 0;
    slow = 0;
    int next = pause;
    pause = Math.min(4 * pause, LONGEST_PAUSE);
    return next;
  }
}
