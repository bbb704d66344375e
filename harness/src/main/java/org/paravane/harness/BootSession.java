package org.paravane.harness;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.paravane.core.ParavaneException;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.console.ClosestLine;
import org.paravane.harness.console.TextPattern;
import org.paravane.harness.jfr.FlightRecording;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ClockMode;
import org.paravane.harness.spi.BootDebugger;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.harness.spi.MachineSnapshot;

/**
 * One boot: run once, by one thread. {@link #input}, {@link #endInput} and {@link #interrupt} may be called from any
 * thread at any time.
 *
 * <p>The machine runs in slices of a fixed number of instructions, between which limits in guest time are looked at:
 * with the virtual clock and without input, equal runs are cut at equal places and end at the same instruction.
 */
public final class BootSession implements IntConsumer, ConsoleWatch.Listener {
  private static final long SLICE_INSTRUCTIONS = 1 << 20;

  /** Guest time in which a failing guest may print its registers and call trace. */
  private static final long FAILURE_LINGER_NANOS = 1_000_000_000L;

  private static final int LAST_LINES = 20;
  private static final byte[] WAKE = {};

  private final BootSpec spec;
  private final LoadedImage image;
  private final BootListener listener;
  private final ConsoleWatch console;
  private final LinkedBlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
  private final AtomicReference<StopCause> stop = new AtomicReference<>();
  private volatile boolean inputOpen;
  private volatile BootableMachine machine;
  private Optional<DebuggedRun> debugged = Optional.empty();
  private long startNanos;
  private long lastOutputNanos;
  private long decidedNanos = Long.MAX_VALUE;

  BootSession(BootSpec spec, LoadedImage image, BootListener listener) {
    this.spec = spec;
    this.image = image;
    this.listener = listener;
    this.console = new ConsoleWatch(spec, this);
  }

  void attach(BootableMachine prepared) {
    machine = prepared;
  }

  /**
   * Lets a debugger look at the machine and stop it; before {@link #run}. The limit of host time is off then.
   *
   * @throws ParavaneException if this machine can't be debugged
   */
  void debugWith(BootDebugger debugger, Supplier<BootableMachine> another) {
    DebuggedRun run = new DebuggedRun(debugger, another, () -> input.add(WAKE));
    run.begins(machine);
    debugged = Optional.of(run);
  }

  /** Announces that {@link #input} will follow: a halted guest then waits for it instead of ending the run. */
  public void openInput() {
    inputOpen = true;
    machine.paceIdle(true);
  }

  /** Types {@code bytes} on the guest's console. */
  public void input(byte[] bytes) {
    input.add(bytes.clone());
    machine.requestStop();
  }

  /** No more {@link #input} will come. */
  public void endInput() {
    inputOpen = false;
    input.add(WAKE);
  }

  /** Makes {@link BootListener#progress} come soon; from {@link BootListener#console}, at a moment equal in equal runs. */
  public void callProgress() {
    machine.requestStop();
  }

  /** How many instructions were executed; for the listener. */
  public long instructions() {
    return machine.instructions();
  }

  /** The machine, for the listener while it is called, and for everybody before and after {@link #run}. */
  public BootableMachine machine() {
    return machine;
  }

  /** What boots. */
  public LoadedImage image() {
    return image;
  }

  /** Ends the run on behalf of the user. */
  public void interrupt() {
    stop(StopCause.USER);
    debugged.ifPresent(DebuggedRun::release);
  }

  /**
   * Runs the guest to its end and reports.
   *
   * @throws ParavaneException if the listener reports trouble of the host
   * @throws EmulatorFault if Paravane itself fails
   */
  public BootReport run() {
    return FlightRecording.of(
        spec, machine, this::runMachine, report -> report.outcome().getClass().getSimpleName());
  }

  private BootReport runMachine() {
    startNanos = System.nanoTime();
    console.enter("entry");
    Optional<Runnable> heartbeat =
        spec.clock() == ClockMode.HOST
            ? Optional.of(() -> machine.requestStop())
            : Optional.empty();
    Optional<Duration> wallTime =
        debugged.isPresent() ? Optional.empty() : spec.limits().wallTime();
    try (Watchdog _ = Watchdog.start(wallTime, () -> stop(StopCause.WALL_TIME), heartbeat)) {
      ExitReason reason = runToEnd();
      console.finish();
      return report(reason);
    } catch (ParavaneException e) {
      throw e;
    } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
      throw new EmulatorFault(e, snapshotAfterFault());
    } finally {
      machine.close();
    }
  }

  private ExitReason runToEnd() {
    while (true) {
      debugged.ifPresent(run -> machine = run.goesOnWith(machine));
      BootableMachine running = machine;
      debugged.ifPresent(run -> run.typeAgain(running));
      for (byte[] bytes = input.poll(); bytes != null; bytes = input.poll()) {
        type(bytes);
      }
      long budget = Math.min(SLICE_INSTRUCTIONS, instructionsLeft());
      if (budget <= 0) {
        stop(StopCause.INSTRUCTIONS);
      }
      if (stop.get() != null) {
        return new ExitReason.StopRequested();
      }
      long printed = console.log().total();
      ExitReason reason =
          running.run(debugged.map(run -> run.limit(running, budget)).orElse(budget));
      if (debugged.isPresent() && debugged.get().killed()) {
        stop(StopCause.USER);
      }
      listener.progress(
          new Progress(
              console.phases().current(),
              running.instructions(),
              running.nanos(),
              System.nanoTime() - startNanos));
      boolean halted = reason instanceof ExitReason.Halted;
      if (halted
          || (reason instanceof ExitReason.BudgetSpent && console.log().total() == printed)) {
        console.settle();
      }
      boolean goesOn =
          reason instanceof ExitReason.BudgetSpent
              || reason instanceof ExitReason.StopRequested
              || (halted && (typesAgain() || awaitInput(running)));
      if (!goesOn) {
        return reason;
      }
      checkGuestTime();
    }
  }

  private void type(byte[] bytes) {
    debugged.ifPresent(run -> run.typed(machine.instructions(), bytes));
    machine.consoleInput(bytes);
  }

  private boolean typesAgain() {
    return debugged.isPresent() && debugged.get().typesAgain(machine);
  }

  private long instructionsLeft() {
    return spec.limits().instructions().isEmpty()
        ? Long.MAX_VALUE
        : spec.limits().instructions().getAsLong() - machine.instructions();
  }

  private boolean awaitInput(BootableMachine running) {
    if (!inputOpen || !running.inputCanWake() || stop.get() != null) {
      return stop.get() != null;
    }
    try {
      type(input.take());
      return inputOpen || !input.isEmpty() || stop.get() != null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop(StopCause.USER);
      return true;
    }
  }

  private void checkGuestTime() {
    long now = machine.nanos();
    if (now >= decidedNanos) {
      stop(StopCause.DECIDED);
    }
    if (silentTooLong(now)) {
      stop(StopCause.SILENCE);
    }
  }

  private boolean silentTooLong(long now) {
    return spec.limits().silence().isPresent()
        && now - lastOutputNanos > spec.limits().silence().get().toNanos();
  }

  private void stop(StopCause cause) {
    stop.compareAndSet(null, cause);
    machine.requestStop();
    input.add(WAKE);
  }

  /** Takes the next byte the guest prints, 0 to 255; for the machine's console only. */
  @Override
  public void accept(int value) {
    long now = machine.nanos();
    if (silentTooLong(now)) {
      stop(StopCause.SILENCE);
    }
    lastOutputNanos = now;
    if (debugged.isPresent() && !debugged.get().isNew()) {
      return;
    }
    listener.console(value);
    console.accept(value);
  }

  @Override
  public Phase moment(String name) {
    return new Phase(name, machine.instructions(), machine.nanos(), System.nanoTime() - startNanos);
  }

  @Override
  public void complete() {
    decideWithin(spec.limits().linger().toNanos());
  }

  @Override
  public void failed(ConsoleWatch.Failure failure) {
    if (failure.forbidden()) {
      stop(StopCause.FORBIDDEN);
    } else {
      decideWithin(FAILURE_LINGER_NANOS);
    }
  }

  private void decideWithin(long nanos) {
    decidedNanos = Math.min(decidedNanos, machine.nanos() + nanos);
    if (nanos == 0) {
      stop(StopCause.DECIDED);
    }
  }

  private BootReport report(ExitReason reason) {
    MachineSnapshot state = machine.snapshot();
    List<String> lines = console.log().lines();
    EndPoint end =
        new EndPoint(
            state.rip(),
            machine.instructions(),
            machine.nanos(),
            System.nanoTime() - startNanos,
            lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    RunOutcome outcome = Verdict.of(spec, reason, stop.get(), console, end);
    List<TextPattern> missing = console.missing();
    return new BootReport(
        spec,
        new BootReport.ImageIdentity(
            image.name(),
            new FileDigest(image.kernel()),
            image.initrd().map(FileDigest::new),
            spec.effectiveCommandLine(image.commandLine()),
            machine.entry()),
        outcome,
        ExitCode.of(outcome, spec.debugExitMap()),
        console.seen(),
        missing.stream().map(TextPattern::source).toList(),
        missing.isEmpty() ? Optional.empty() : ClosestLine.to(missing.getFirst(), lines),
        console.ruleHits(),
        console.phases().phases(),
        state,
        new BootReport.ConsoleRecord(
            console.log().total(), console.log().sha256(), console.log().bytes()));
  }

  private MachineSnapshot snapshotAfterFault() {
    try {
      return machine.snapshot();
    } catch (RuntimeException | AssertionError e) {
      return MachineSnapshot.UNKNOWN;
    }
  }
}
