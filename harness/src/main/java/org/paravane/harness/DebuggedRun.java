package org.paravane.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.paravane.core.checkpoint.Checkpoint;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.BootDebugger;
import org.paravane.harness.spi.BootableMachine;

/**
 * What makes a boot repeatable for a debugger that goes back in time: a new machine, what was typed and when, and how much
 * of its console was shown already.
 */
final class DebuggedRun {
  /** Bytes typed when so many instructions were retired. */
  private record Typed(long instructions, byte[] bytes) {}

  private final BootDebugger debugger;
  private final Supplier<BootableMachine> another;
  private final Runnable wake;

  /** A state to go back to, and how far console and typing were. */
  private record Moment(Checkpoint checkpoint, long printed, int typedAgain) {
    long instructions() {
      return checkpoint.instructions();
    }
  }

  private static final int MOST_MOMENTS = 24;

  private final List<Moment> moments = new ArrayList<>();
  private boolean keeping = true;
  private final List<Typed> typed = new ArrayList<>();
  private int typedAgain;
  private long printed;
  private long shown;

  DebuggedRun(BootDebugger debugger, Supplier<BootableMachine> another, Runnable wake) {
    this.debugger = debugger;
    this.another = another;
    this.wake = wake;
  }

  /** Tells the debugger of the machine. */
  void begins(BootableMachine machine) {
    debugger.machine(
        machine
            .machine()
            .orElseThrow(() ->
                new HarnessException(
                    ErrorCode.BAD_OPTION, "This platform's machine can't be debugged.")),
        wake);
  }

  /**
   * The machine to go on with between two runs: the same one, as it is or as it was earlier, or if the debugger goes back
   * to before all that is kept, another one.
   */
  BootableMachine goesOnWith(BootableMachine machine) {
    settleDivergence();
    OptionalLong rewindsTo = debugger.rewindsTo();
    if (rewindsTo.isEmpty()) {
      keep(machine);
      return machine;
    }
    for (Moment moment : moments.reversed()) {
      if (moment.instructions() <= rewindsTo.getAsLong()) {
        moment.checkpoint.restore();
        printed = moment.printed;
        typedAgain = moment.typedAgain;
        debugger.wentBack(moment.instructions());
        return machine;
      }
    }
    moments.clear();
    BootableMachine next = another.get();
    typedAgain = 0;
    printed = 0;
    begins(next);
    return next;
  }

  /** Keeps the machine's state if the debugger thinks it worth it and the machine allows it. */
  private void keep(BootableMachine machine) {
    long now = machine.instructions();
    long last = Long.MIN_VALUE / 2;
    int at = 0;
    while (at < moments.size() && moments.get(at).instructions() <= now) {
      last = moments.get(at++).instructions();
    }
    if (!keeping || !debugger.wantsCheckpoint(now, last)) {
      return;
    }
    Checkpoint earlier = at == 0 ? null : moments.get(at - 1).checkpoint;
    Optional<Checkpoint> taken =
        Checkpoint.take(
            machine.machine().orElseThrow(), earlier, type -> type == BootSession.class);
    keeping = taken.isPresent();
    if (keeping) {
      moments.add(at, new Moment(taken.get(), printed, typedAgain));
      thin();
    }
  }

  /** Drops the moment that is closest to its neighbours if there are too many; the first and the last two stay. */
  private void thin() {
    if (moments.size() <= MOST_MOMENTS) {
      return;
    }
    int closest = 1;
    for (int i = 1; i < moments.size() - 2; i++) {
      if (gap(i) < gap(closest)) {
        closest = i;
      }
    }
    moments.remove(closest);
  }

  private long gap(int index) {
    return moments.get(index + 1).instructions() - moments.get(index - 1).instructions();
  }

  /** What was kept of a future that will not come is dropped. */
  private void settleDivergence() {
    OptionalLong changed = debugger.takeDiverged();
    if (changed.isPresent()) {
      shown = Math.min(shown, printed);
      moments.removeIf(moment -> moment.instructions() > changed.getAsLong());
    }
  }

  boolean killed() {
    return debugger.killed();
  }

  void release() {
    debugger.release();
  }

  /** Notes what is typed now; what was typed later in an earlier run won't be again. */
  void typed(long instructions, byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    typed.subList(typedAgain, typed.size()).clear();
    typed.add(new Typed(instructions, bytes));
    typedAgain = typed.size();
  }

  /** Types again what was typed at this count of instructions. */
  void typeAgain(BootableMachine machine) {
    while (typesAgain(machine)) {
      machine.consoleInput(typed.get(typedAgain++).bytes);
    }
  }

  /** Tells whether something is to be typed again now. */
  boolean typesAgain(BootableMachine machine) {
    return typedAgain < typed.size()
        && typed.get(typedAgain).instructions <= machine.instructions();
  }

  /** The budget, or less if something is to be typed again before it is spent. */
  long limit(BootableMachine machine, long budget) {
    return typedAgain < typed.size()
        ? Math.min(budget, typed.get(typedAgain).instructions - machine.instructions())
        : budget;
  }

  /** Counts a byte that the guest prints; false if it was shown in an earlier run. */
  boolean isNew() {
    settleDivergence();
    printed++;
    boolean isNew = printed > shown;
    if (isNew) {
      shown = printed;
    }
    return isNew;
  }
}
