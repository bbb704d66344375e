package org.paravane.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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

  /** The machine to go on with after one stopped as asked to: it, or if the debugger goes back in time another one. */
  BootableMachine goesOnWith(BootableMachine machine) {
    if (!debugger.rewinds()) {
      return machine;
    }
    BootableMachine next = another.get();
    typedAgain = 0;
    printed = 0;
    begins(next);
    return next;
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
    printed++;
    if (debugger.takeDiverged()) {
      shown = printed - 1;
    }
    boolean isNew = printed > shown;
    if (isNew) {
      shown = printed;
    }
    return isNew;
  }
}
