package org.paravane.core.execution;

/** How machine time follows from what the processors do. */
public sealed interface MachineTime {
  /** Machine time in nanoseconds when {@code instructions} have been retired. */
  long nanos(long instructions);

  /**
   * The instruction count at which machine time will have reached {@code nanos}, as far as can be told.
   *
   * @param instructions retired so far
   */
  long instructionsAt(long nanos, long instructions);

  /**
   * All processors are idle until {@code nanos}: passes the time until then.
   *
   * @return false if something happened on the host that has to be looked at first
   */
  boolean idleUntil(long nanos, long instructions);

  /** Time that is a function of the instruction count; idle time passes at once. */
  final class Virtual implements MachineTime {
    private final long nanosPerInstruction;
    private long skippedNanos;

    /** Lets {@code nanosPerInstruction}, 1 to 1000, pass for each instruction. */
    public Virtual(long nanosPerInstruction) {
      if (nanosPerInstruction < 1 || nanosPerInstruction > 1000) {
        throw new IllegalArgumentException(
            "%d ns an instruction is outside 1 to 1000".formatted(nanosPerInstruction));
      }
      this.nanosPerInstruction = nanosPerInstruction;
    }

    @Override
    public long nanos(long instructions) {
      return skippedNanos + instructions * nanosPerInstruction;
    }

    @Override
    public long instructionsAt(long nanos, long instructions) {
      long wait = nanos - nanos(instructions);
      if (wait <= 0) {
        return instructions;
      }
      long needed = wait / nanosPerInstruction + (wait % nanosPerInstruction == 0 ? 0 : 1);
      return needed > Long.MAX_VALUE - instructions ? Long.MAX_VALUE : instructions + needed;
    }

    @Override
    public boolean idleUntil(long nanos, long instructions) {
      long wait = nanos - nanos(instructions);
      if (wait > 0) {
        skippedNanos += wait;
      }
      return true;
    }
  }

  /** Time that follows the host's clock. */
  final class Host implements MachineTime {
    private static final long LOOK_EVERY_INSTRUCTIONS = 20_000;

    private final long startNanos = System.nanoTime();

    @Override
    public long nanos(long instructions) {
      return System.nanoTime() - startNanos;
    }

    @Override
    public long instructionsAt(long nanos, long instructions) {
      return instructions + LOOK_EVERY_INSTRUCTIONS;
    }

    @Override
    public boolean idleUntil(long nanos, long instructions) {
      long wait = nanos - nanos(instructions);
      if (wait > 0) {
        java.util.concurrent.locks.LockSupport.parkNanos(this, wait);
      }
      return nanos(instructions) >= nanos;
    }
  }
}
