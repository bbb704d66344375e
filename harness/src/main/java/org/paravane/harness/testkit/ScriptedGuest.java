package org.paravane.harness.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.spi.BootableMachine;
import org.paravane.harness.spi.MachineSnapshot;

/** A guest that follows a script; every instruction takes 10 ns, every byte printed 100 instructions. */
public final class ScriptedGuest implements BootableMachine {
  private static final long NANOS_PER_INSTRUCTION = 10;
  private static final long INSTRUCTIONS_PER_BYTE = 100;

  private sealed interface Step {
    record Print(byte[] bytes) implements Step {}

    record Work(long instructions) implements Step {}

    record Act(Runnable action) implements Step {}

    record Read(int bytes) implements Step {}

    record Poll(int bytes) implements Step {}

    record End(ExitReason reason) implements Step {}
  }

  private final Deque<Step> script = new ArrayDeque<>();
  private final List<Byte> input = new ArrayList<>();
  private IntConsumer console = _ -> {};
  private long instructions;
  private boolean stopRequested;
  private boolean closed;
  private boolean wakeable = true;

  /** Prints text. */
  public ScriptedGuest print(String text) {
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      script.add(new Step.Print(new byte[] {value}));
    }
    return this;
  }

  /** Executes silently. */
  public ScriptedGuest work(long count) {
    script.add(new Step.Work(count));
    return this;
  }

  /** Executes silently for guest seconds. */
  public ScriptedGuest workSeconds(long seconds) {
    return work(seconds * 1_000_000_000L / NANOS_PER_INSTRUCTION);
  }

  /** Does something else. */
  public ScriptedGuest act(Runnable action) {
    script.add(new Step.Act(action));
    return this;
  }

  /** Halts until so many bytes were typed, and prints them. */
  public ScriptedGuest echo(int bytes) {
    script.add(new Step.Read(bytes));
    return this;
  }

  /** Executes until so many bytes were typed. */
  public ScriptedGuest awaitInput(int bytes) {
    script.add(new Step.Poll(bytes));
    return this;
  }

  /** Cannot be woken by input. */
  public ScriptedGuest deaf() {
    wakeable = false;
    return this;
  }

  /** Ends. */
  public ScriptedGuest end(ExitReason reason) {
    script.add(new Step.End(reason));
    return this;
  }

  /** Powers off. */
  public ScriptedGuest powerOff() {
    return end(new ExitReason.PowerOff("ACPI S5"));
  }

  /** Prints to {@code sink} from now on. */
  public ScriptedGuest connect(IntConsumer sink) {
    console = sink;
    return this;
  }

  /** Whether the machine was closed. */
  public boolean closed() {
    return closed;
  }

  @Override
  public ExitReason run(long instructionBudget) {
    long end = instructions + instructionBudget;
    while (instructions < end) {
      if (takeStopRequest()) {
        return new ExitReason.StopRequested();
      }
      switch (script.poll()) {
        case Step.Print print -> {
          instructions += INSTRUCTIONS_PER_BYTE;
          console.accept(print.bytes[0] & 0xff);
        }
        case Step.Work work -> {
          long done = Math.min(work.instructions, end - instructions);
          instructions += done;
          if (done < work.instructions) {
            script.addFirst(new Step.Work(work.instructions - done));
          }
        }
        case Step.Act act -> act.action.run();
        case Step.Read read -> {
          if (input.size() < read.bytes) {
            script.addFirst(read);
            return new ExitReason.Halted();
          }
          for (int i = 0; i < read.bytes; i++) {
            console.accept(input.removeFirst() & 0xff);
          }
        }
        case Step.Poll poll -> {
          if (input.size() < poll.bytes) {
            script.addFirst(poll);
            instructions = end;
          }
        }
        case Step.End(ExitReason reason) -> {
          return reason;
        }
        case null -> {
          return new ExitReason.Halted();
        }
      }
    }
    return new ExitReason.BudgetSpent();
  }

  private synchronized boolean takeStopRequest() {
    boolean requested = stopRequested;
    stopRequested = false;
    return requested;
  }

  @Override
  public synchronized void requestStop() {
    stopRequested = true;
  }

  @Override
  public String entry() {
    return "script";
  }

  @Override
  public long instructions() {
    return instructions;
  }

  @Override
  public long nanos() {
    return instructions * NANOS_PER_INSTRUCTION;
  }

  @Override
  public void consoleInput(byte[] bytes) {
    for (byte value : bytes) {
      input.add(value);
    }
  }

  /** A scripted guest takes no time when it is idle. */
  @Override
  public void paceIdle(boolean paced) {}

  @Override
  public boolean inputCanWake() {
    return wakeable;
  }

  @Override
  public MachineSnapshot snapshot() {
    return new MachineSnapshot(
        0xffffffff81000000L,
        Optional.of("start_kernel+0x10"),
        List.of("ffffffff81000000: hlt"),
        List.of("rax 0000000000000000  rbx 0000000000000001"),
        Map.of("tlb misses", 7L));
  }

  @Override
  public void close() {
    closed = true;
  }
}
