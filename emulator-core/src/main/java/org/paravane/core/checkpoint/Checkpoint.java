package org.paravane.core.checkpoint;

import java.util.Optional;
import java.util.function.Predicate;
import org.paravane.core.cpu.CpuListener;
import org.paravane.core.cpu.DataWatch;
import org.paravane.core.execution.CodeListener;
import org.paravane.core.execution.DebugControl;
import org.paravane.core.execution.Machine;
import org.paravane.core.execution.Sampler;
import org.paravane.core.io.PortListener;

/** The state of a machine at a moment between two of its runs, to go back to any number of times. */
public final class Checkpoint {
  private final Machine machine;
  private final long instructions;
  private final ObjectStates objects;
  private final RamPages ram;

  private Checkpoint(Machine machine, ObjectStates objects, RamPages ram) {
    this.machine = machine;
    this.instructions = machine.instructions();
    this.objects = objects;
    this.ram = ram;
  }

  /**
   * Takes the state of a machine that stands still.
   *
   * @param earlier another one of the same machine, whose memory is shared where it is the same; or null
   * @param outside tells the classes that are no part of the machine, though it refers to them: who prints its console
   * @return empty if the machine has a part whose state can't be kept
   */
  public static Optional<Checkpoint> take(
      Machine machine, Checkpoint earlier, Predicate<Class<?>> outside) {
    try {
      ObjectStates objects =
          ObjectStates.of(machine, type -> isNoState(type) || outside.test(type));
      return Optional.of(
          new Checkpoint(
              machine,
              objects,
              RamPages.take(
                  machine.memory().ram().segment(), earlier == null ? null : earlier.ram)));
    } catch (UnsupportedOperationException | OutOfMemoryError e) {
      return Optional.empty();
    }
  }

  private static boolean isNoState(Class<?> type) {
    return Machine.isDerived(type)
        || DebugControl.class.isAssignableFrom(type)
        || Sampler.class.isAssignableFrom(type)
        || CpuListener.class.isAssignableFrom(type)
        || PortListener.class.isAssignableFrom(type)
        || CodeListener.class.isAssignableFrom(type)
        || DataWatch.class.isAssignableFrom(type);
  }

  /** Makes the machine what it was; a debugger has its watchpoints looked for again. */
  public void restore() {
    objects.restore();
    ram.restore(machine.memory().ram().segment());
    machine.forgetDecoded();
  }

  /** The instructions that the machine had retired. */
  public long instructions() {
    return instructions;
  }

  /** Bytes of host memory that its RAM takes beyond the earlier checkpoint's. */
  public long ownBytes() {
    return ram.ownBytes();
  }
}
