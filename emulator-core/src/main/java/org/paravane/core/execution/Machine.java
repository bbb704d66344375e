package org.paravane.core.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.Platform;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;
import org.paravane.core.memory.PhysicalMemory;

/**
 * One machine: processors that share memory, ports, time and timers, run in one deterministic schedule on the thread that
 * calls {@link #run}. Processors take turns, a slice of instructions each; with one there is nothing to take turns with.
 *
 * <p>Only {@link #requestStop} and {@link #wake} may be called from other threads.
 */
public final class Machine implements MachineControl {
  private static final long SLICE_INSTRUCTIONS = 20_000;
  private static final long LOOK_OUTSIDE_EVERY_INSTRUCTIONS = 500_000;

  private final PhysicalMemory memory;
  private final PortBus ports;
  private final MachineTime time;
  private final TimerQueue timers;
  private final BlockCache cache;
  private final TranslatedBlocks translated;
  private final List<Cpu> cpus = new ArrayList<>();
  private final List<Interpreter> interpreters = new ArrayList<>();

  private volatile boolean stopRequested;
  private boolean idlePaced;
  private boolean missingRaisesUd;
  private volatile Thread runner;
  private Cpu current;
  private DebugControl debugger;
  private Sampler sampler;
  private long sampleEvery;
  private long[] nextSamples;
  private ExitReason exitReason;

  /** Assembles a machine without processors. */
  public Machine(PhysicalMemory memory, PortBus ports, TimerQueue timers, MachineTime time) {
    this.memory = memory;
    this.ports = ports;
    this.timers = timers;
    this.time = time;
    cache = new BlockCache(memory);
    translated = new TranslatedBlocks(memory);
    timers.onEarlierDeadline(() -> {
      if (current != null) {
        current.attention();
      }
    });
  }

  /** Gives a debugger its say, or nobody for null; for a machine that stands still and has all its processors. */
  public void debugger(DebugControl control) {
    debugger = control;
    interpreters.forEach(interpreter -> interpreter.debugger(control));
  }

  /**
   * Has every processor looked at whenever it has retired about {@code every} further instructions, at equal moments in equal
   * runs; for a machine that has all its processors. What the guest does stays the same, to the instruction.
   *
   * @param every how many instructions, at least 1
   */
  public void sampler(Sampler newSampler, long every) {
    sampler = newSampler;
    sampleEvery = every;
    nextSamples = new long[cpus.size()];
    for (int i = 0; i < nextSamples.length; i++) {
      nextSamples[i] = cpus.get(i).instructions + every;
    }
  }

  /** Has somebody hear of decoded code that the guest overwrites, or nobody for null. */
  public void codeListener(CodeListener listener) {
    cache.listener(listener);
  }

  /** Adds a processor; the first is the bootstrap processor. */
  public Cpu addProcessor(Platform platform) {
    Cpu cpu = new Cpu(cpus.size(), memory, ports, platform);
    cpu.missingRaisesUd = missingRaisesUd;
    cpus.add(cpu);
    interpreters.add(new Interpreter(cpu, cache, translated, InstructionSet.map()));
    if (cpus.size() == 1) {
      current = cpu;
    } else {
      cpu.events.activity(Activity.WAIT_FOR_SIPI);
    }
    return cpu;
  }

  /**
   * Says what instructions do that other processors have and this one lacks: end the run, as they do unless told otherwise, or
   * raise #UD.
   */
  public void missingRaisesUd(boolean raises) {
    missingRaisesUd = raises;
    cpus.forEach(cpu -> cpu.missingRaisesUd = raises);
  }

  /** Guest-physical memory. */
  public PhysicalMemory memory() {
    return memory;
  }

  /** The I/O ports. */
  public PortBus ports() {
    return ports;
  }

  /** The timers, by {@link #clock()}. */
  public TimerQueue timers() {
    return timers;
  }

  /** Machine time. */
  public Clock clock() {
    return this::nanos;
  }

  /** The processors, bootstrap processor first. */
  public List<Cpu> cpus() {
    return List.copyOf(cpus);
  }

  /** One processor, from 0. */
  public Cpu cpu(int index) {
    return cpus.get(index);
  }

  /** The processor whose turn it is: who is behind an access that a device sees. */
  public Cpu current() {
    return current;
  }

  /** Nanoseconds of machine time since the start. */
  public long nanos() {
    return time.nanos(timeInstructions());
  }

  /**
   * Executes one instruction of a processor, for a hypervisor that emulates it in {@link
   * org.paravane.core.cpu.Deprivileged#deliver}; it is not counted.
   *
   * @throws org.paravane.core.cpu.GuestFault if the instruction faults
   */
  public void emulate(Cpu cpu) {
    interpreters.get(cpu.id).emulate();
  }

  /** Instructions retired by all processors. */
  public long instructions() {
    long sum = 0;
    for (int i = 0; i < cpus.size(); i++) {
      sum += cpus.get(i).instructions;
    }
    return sum;
  }

  /** What time counts by: processors run side by side, so it is what each has had of the schedule. */
  private long timeInstructions() {
    return instructions() / cpus.size();
  }

  /**
   * Says whether idle time is to pass no faster than on the host: for guests that wait for somebody to type. With virtual
   * time it changes when {@link #requestStop} is heeded and nothing else that a guest could see.
   */
  public void paceIdle(boolean paced) {
    idlePaced = paced;
  }

  /** Leaves all execution to the interpreter: nothing is compiled nor translated. It changes nothing but speed. */
  public void interpretOnly() {
    compileRegions(null, Integer.MAX_VALUE);
  }

  /** Compiles regions of the code that is executed often, and translates nothing for the host. It changes nothing but speed. */
  public void useRegions() {
    translated.translate(0);
  }

  /**
   * Translates code for the host that was executed so many times, where the host can; for a machine that has not run yet. It
   * changes nothing but speed.
   */
  public void translate(int hot) {
    translated.translate(hot);
  }

  /** Makes room for so many bytes of translated code, and no more; for a machine that has not run yet. */
  void translationRoom(long codeBytes) {
    translated.room(codeBytes);
  }

  /** How many blocks are translated for the host at present. */
  public int translatedBlocks() {
    return translated.count();
  }

  /**
   * Says where code is compiled, and when; nothing is translated for the host then. It changes nothing but speed.
   *
   * @param executor carries out compilations; null for none
   * @param hot how often a block is executed first
   */
  public void compileRegions(Executor executor, int hot) {
    translated.translate(0);
    interpreters.forEach(interpreter -> interpreter.compileRegions(executor, hot));
  }

  /** Tells whether objects of a class hold nothing but what can be decoded again from memory. */
  public static boolean isDerived(Class<?> type) {
    return type == Interpreter.class
        || type == BlockCache.class
        || type == TranslatedBlocks.class
        || type == Block.class
        || Region.class.isAssignableFrom(type);
  }

  /** Forgets all decoded code: memory was changed without notice. */
  public void forgetDecoded() {
    cache.clear();
    translated.clear();
    interpreters.forEach(Interpreter::forgetDecoded);
  }

  /** Ends a wait for time to pass on the host, so that a debugger is asked; what the guest does stays the same. */
  public void wake() {
    LockSupport.unpark(runner);
  }

  /** Makes {@link #run} return soon. May be called from any thread. */
  public void requestStop() {
    stopRequested = true;
    LockSupport.unpark(runner);
  }

  @Override
  public void exit(ExitReason reason) {
    if (exitReason == null) {
      exitReason = reason;
    }
    if (current != null) {
      current.attention();
    }
  }

  /**
   * Runs until the guest, the budget or a caller of {@link #requestStop} ends it. A machine that ended may be run again;
   * what it does then is up to its guest.
   *
   * @param instructionBudget how many further instructions may be retired, by all processors together
   */
  public ExitReason run(long instructionBudget) {
    runner = Thread.currentThread();
    exitReason = null;
    long start = instructions();
    long end =
        instructionBudget > Long.MAX_VALUE - start ? Long.MAX_VALUE : start + instructionBudget;
    try {
      while (true) {
        heedStopRequest();
        if (debugger != null && debugger.betweenSlices() == DebugControl.Order.LEAVE) {
          exit(new ExitReason.StopRequested());
        }
        timers.fireDue(nanos());
        if (exitReason != null) {
          return exitReason;
        }
        if (instructions() >= end) {
          return new ExitReason.BudgetSpent();
        }
        boolean ran = false;
        for (int i = 0; i < cpus.size() && exitReason == null; i++) {
          ran |= runProcessor(i, end);
        }
        if (!ran && exitReason == null) {
          idle();
        }
      }
    } finally {
      runner = null;
    }
  }

  private void heedStopRequest() {
    if (stopRequested) {
      stopRequested = false;
      exit(new ExitReason.StopRequested());
    }
  }

  /** Gives a processor its slice; false if it is idle. */
  private boolean runProcessor(int index, long end) {
    Cpu cpu = cpus.get(index);
    Interpreter interpreter = interpreters.get(index);
    current = cpu;
    long before = cpu.instructions;
    long slice = cpus.size() == 1 ? LOOK_OUTSIDE_EVERY_INSTRUCTIONS : SLICE_INSTRUCTIONS;
    long sliceEnd = before + slice;
    do {
      long due = time.instructionsAt(timers.nextDeadlineNanos(), timeInstructions());
      long untilDue = (due - timeInstructions()) * cpus.size();
      long untilEnd = end - instructions();
      long more = Math.min(sliceEnd - cpu.instructions, untilEnd);
      if (untilDue >= 0 && untilDue < more) {
        more = untilDue;
      }
      if (more <= 0) {
        break;
      }
      if (sampler != null) {
        more = Math.min(more, nextSamples[index] - cpu.instructions);
      }
      cpu.deadline = cpu.instructions + more;
      interpreter.run();
      if (sampler != null && cpu.instructions >= nextSamples[index]) {
        sampler.sample(cpu);
        nextSamples[index] +=
            sampleEvery * ((cpu.instructions - nextSamples[index]) / sampleEvery + 1);
      }
      ExitReason stop = interpreter.takeStop();
      if (stop != null) {
        exit(stop);
      }
      if (cpu.events.activity() == Activity.SHUTDOWN) {
        exit(new ExitReason.TripleFault());
      }
    } while (exitReason == null && cpu.events.activity() == Activity.RUNNING);
    return cpu.instructions != before || cpu.events.activity() == Activity.RUNNING;
  }

  /** Nothing can run until a timer fires. */
  private void idle() {
    long next = timers.nextDeadlineNanos();
    if (next == TimerQueue.NEVER) {
      exit(new ExitReason.Halted());
    } else if (!stopRequested) {
      time.idleUntil(
          idlePaced ? Math.min(next, nanos() + parked(next - nanos())) : next, timeInstructions());
    }
  }

  /** Waits on the host, for {@code nanos} or until a stop is requested; gives the nanoseconds that it took. */
  private long parked(long nanos) {
    long start = System.nanoTime();
    LockSupport.parkNanos(this, nanos);
    return System.nanoTime() - start;
  }
}
