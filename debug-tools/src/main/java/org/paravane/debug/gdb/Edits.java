package org.paravane.debug.gdb;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.paravane.core.execution.Machine;

/** What the user changed and when, so that a run from the start changes it again. */
final class Edits {
  /**
   * One change.
   *
   * @param idle made while the processors were between slices, perhaps halted
   */
  private record Edit(Position at, boolean idle, Consumer<Machine> change) {}

  private final List<Edit> edits = new ArrayList<>();
  private int next;

  /** The machine starts again from where so many instructions were retired. */
  void restart(long instructions) {
    next = 0;
    while (next < edits.size() && edits.get(next).at.instructions() < instructions) {
      next++;
    }
  }

  /** Notes and makes a change at the current moment; what was changed later in an earlier run won't be again. */
  void make(Position at, boolean idle, Machine machine, Consumer<Machine> change) {
    edits.subList(next, edits.size()).clear();
    edits.add(new Edit(at, idle, change));
    next = edits.size();
    change.accept(machine);
  }

  /** Makes the changes that are due again; true if there was one. */
  boolean repeat(Position now, boolean idle, Machine machine) {
    boolean any = false;
    while (next < edits.size()
        && edits.get(next).idle == idle
        && edits.get(next).at.reachedBy(now)) {
      edits.get(next++).change.accept(machine);
      any = true;
    }
    return any;
  }

  /** The count of instructions at which the next change is due; {@link Long#MAX_VALUE} if there is none. */
  long nextInstructions() {
    return next < edits.size() ? edits.get(next).at.instructions() : Long.MAX_VALUE;
  }
}
