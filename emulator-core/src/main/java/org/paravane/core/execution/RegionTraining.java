package org.paravane.core.execution;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.specialization.LazyFlags;
import org.paravane.core.specialization.Variables;

/**
 * Executes regions from made-up registers, without any effect. The JVM compiles ways that it has never seen being taken as
 * traps, which throw the compiled method away: here it sees nearly all of them, a TLB miss at each access included.
 */
final class RegionTraining {
  /** At most so many instructions are executed at a time. */
  private static final int MAX_INSTRUCTIONS = 200;

  private static final int KINDS = 4;

  private final Cpu cpu;
  private final SplittableRandom random = new SplittableRandom(1);
  private final long[] values = new long[Variables.TRAINING_VALUES];

  RegionTraining(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Executes a region so many times. */
  void train(Region region, int times) {
    for (int i = 0; i < times; i++) {
      // Few different values, so that comparisons find equal ones.
      Arrays.setAll(values, variable -> value());
      values[Variables.INSTRUCTIONS] = cpu.deadline - 1 - random.nextInt(MAX_INSTRUCTIONS);
      values[Variables.FLAG_OPERATION] =
          LazyFlags.OPERATIONS[random.nextInt(LazyFlags.OPERATIONS.length)];
      try {
        region.execute(null, values);
      } catch (IndexOutOfBoundsException e) {
        // On another thread than the interpreter's, TLB entries change while they are looked at.
      }
    }
  }

  private long value() {
    return switch (random.nextInt(KINDS)) {
      case 0 -> 0;
      case 1 -> random.nextInt(-2, 3);
      case 2 -> random.nextInt(1 << 16);
      default -> random.nextLong();
    };
  }
}
