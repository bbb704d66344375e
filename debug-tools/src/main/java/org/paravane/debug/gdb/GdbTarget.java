package org.paravane.debug.gdb;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.DebugControl;
import org.paravane.core.execution.Machine;

/**
 * The machine under gdb: decides where it stops, and talks to gdb while it stands. Everything runs on the machine's thread
 * but for {@link #connected}, {@link #received}, {@link #disconnected} and {@link #release}.
 */
final class GdbTarget implements DebugControl {
  private static final String SIGINT = "02";
  private static final String SIGTRAP = "05";

  private static final long CHECKPOINT_INSTRUCTIONS = 32_000_000;
  private static final long CLOSE_CHECKPOINT_INSTRUCTIONS = 500_000;

  private enum Kind {
    BEGIN,
    PACKET,
    END
  }

  /** Something that the connection's thread has for the machine's. */
  private record Event(Kind kind, Client client, String packet) {}

  private static final Event RELEASE = new Event(Kind.END, null, "");

  private final boolean reversible;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Breakpoints breakpoints = new Breakpoints();
  private final Edits edits = new Edits();
  private final Commands commands = new Commands(this);
  private Machine machine;
  private List<Cpu> cpus = List.of();
  private volatile Runnable wake = () -> {};
  private volatile boolean interrupt;
  private volatile boolean released;

  /** Who is connected, or null. */
  private Client client;

  /** Nothing is executed before somebody connected and said so. */
  private boolean waiting;

  /** The processor that the user looks at. */
  private Cpu selected;

  private Position now = Position.START;
  private boolean idle;
  private Position resumedAt;
  private boolean resumed;
  private boolean changed;
  private OptionalLong diverged = OptionalLong.empty();
  private int stepping = -1;
  private Journey journey = Journey.NONE;
  private String lastStop = "S" + SIGTRAP;
  private boolean rewinding;
  private boolean killed;

  GdbTarget(boolean reversible, boolean waiting) {
    this.reversible = reversible;
    this.waiting = waiting;
    interrupt = waiting;
  }

  // What the connection's thread calls

  /** A debugger connected: the machine stops. */
  void connected(Client newClient) {
    post(new Event(Kind.BEGIN, newClient, ""));
  }

  /** A packet came; {@link PacketStream#INTERRUPT} stops the machine. */
  void received(Client from, String packet) {
    if (packet.equals(PacketStream.INTERRUPT)) {
      interrupt = true;
      wake.run();
    } else {
      events.add(new Event(Kind.PACKET, from, packet));
    }
  }

  /** The connection ended: the machine goes on as if there had been none. */
  void disconnected(Client from) {
    post(new Event(Kind.END, from, ""));
  }

  private void post(Event event) {
    // First the flag: who takes the event may clear it.
    interrupt = true;
    events.add(event);
    wake.run();
  }

  /** The run is to end: nothing holds the machine any more. */
  void release() {
    released = true;
    events.add(RELEASE);
  }

  // What the runner of the machine calls

  /** A machine that has not executed anything yet; after a journey back, one like the one before. */
  void machine(Machine newMachine, Runnable newWake) {
    int looksAt = selected == null ? 0 : selected.id;
    machine = newMachine;
    cpus = newMachine.cpus();
    wake = newWake;
    selected = cpus.get(looksAt);
    newMachine.debugger(this);
    wentBack(0);
  }

  /** The machine is what it was when so many instructions were retired. */
  void wentBack(long instructions) {
    edits.restart(instructions);
    breakpoints.changed(cpus);
    journey.starts(instructions);
    rewinding = false;
  }

  /** To go back in time: the count of instructions to start again at, or from before. */
  OptionalLong rewindsTo() {
    return rewinding && !released ? OptionalLong.of(journey.latestStart()) : OptionalLong.empty();
  }

  /** Tells whether the machine's state is worth keeping now, when it was last kept at another count. */
  boolean wantsCheckpoint(long instructions, long last) {
    if (!reversible || client == null && !waiting) {
      return false;
    }
    long distance = instructions - last;
    return distance >= CHECKPOINT_INSTRUCTIONS
        || distance >= CLOSE_CHECKPOINT_INSTRUCTIONS && journey.closeAt(instructions);
  }

  /** The count of instructions at which the user changed something since this was last asked. */
  OptionalLong takeDiverged() {
    OptionalLong taken = diverged;
    diverged = OptionalLong.empty();
    return taken;
  }

  /** Tells whether gdb ended the run. */
  boolean killed() {
    return killed;
  }

  /** The run ended: tells gdb, if it waits. */
  void ended() {
    if (client != null) {
      if (resumed) {
        client.send("W00");
      }
      client.close();
    }
  }

  // What the machine asks

  @Override
  public boolean armed() {
    return journey.underway()
        || interrupt
        || stepping >= 0
        || !breakpoints.isEmpty()
        || edits.nextInstructions() != Long.MAX_VALUE;
  }

  @Override
  public boolean looksInto(Cpu cpu, long linear, int sizeBytes, int instructions) {
    long behind = machine.instructions() + instructions;
    if (behind >= edits.nextInstructions()) {
      return true;
    }
    boolean meetsBreakpoint = breakpoints.watching() || breakpoints.within(linear, sizeBytes);
    return journey.underway()
        ? journey.looksInto(behind, meetsBreakpoint)
        : meetsBreakpoint || interrupt || stepping == cpu.id;
  }

  @Override
  public Order beforeInstruction(Cpu cpu) {
    Position position = new Position(machine.instructions(), cpu.id);
    if (edits.repeat(position, false, machine)) {
      return Order.GO_ON_CHANGED;
    }
    Breakpoints.Point watched = breakpoints.takeHit();
    Breakpoints.Point here = breakpoints.at(cpu.segmentBase[Segments.CS] + cpu.rip());
    if (journey.underway()) {
      return journey.passes(position, watched, here) ? Order.GO_ON : endLeg(position, cpu);
    }
    String reason = null;
    if (watched != null) {
      reason = SIGTRAP + reason(watched);
    } else if (here != null && !position.equals(resumedAt)) {
      reason = SIGTRAP + reason(here);
    } else if (stepping == cpu.id && !position.equals(resumedAt)) {
      reason = SIGTRAP;
    } else if (interrupt) {
      reason = SIGINT;
    }
    return reason == null ? Order.GO_ON : stop(position, false, cpu, reason);
  }

  @Override
  public Order betweenSlices() {
    if (journey.underway() || edits.nextInstructions() != Long.MAX_VALUE) {
      edits.repeat(new Position(machine.instructions(), machine.current().id), true, machine);
    }
    if (!interrupt || journey.underway()) {
      return Order.GO_ON;
    }
    Cpu cpu = machine.current();
    return stop(new Position(machine.instructions(), cpu.id), true, cpu, SIGINT);
  }

  /** A way back, or a leg of it, is done. */
  private Order endLeg(Position position, Cpu cpu) {
    Journey next = journey.next(position);
    journey = next;
    if (next.underway()) {
      rewinding = true;
      return Order.LEAVE;
    }
    return stop(position, false, cpu, SIGTRAP + next.reason());
  }

  static String reason(Breakpoints.Point point) {
    return point.kind().code()
        ? point.kind().reason() + ":;"
        : "%s:%x;".formatted(point.kind().reason(), point.address());
  }

  // Standing still

  private Order stop(Position position, boolean between, Cpu cpu, String signalAndReason) {
    now = position;
    idle = between;
    interrupt = false;
    stepping = -1;
    changed = false;
    selected = cpu;
    lastStop =
        "T%sthread:%x;%s"
            .formatted(signalAndReason.substring(0, 2), cpu.id + 1, signalAndReason.substring(2));
    if (resumed) {
      client.send(lastStop);
    }
    resumed = false;
    Order order = converse();
    resumedAt = new Position(machine.instructions(), position.cpu());
    return order;
  }

  /** Answers gdb until it lets the machine go. */
  private Order converse() {
    while (!released && (client != null || waiting || !events.isEmpty())) {
      Event event = take();
      if (event.kind == Kind.BEGIN) {
        client = event.client;
        interrupt = false;
      } else if (event.client == client && client != null) {
        Commands.Answer answer =
            event.kind == Kind.END
                ? new Commands.Answer(null, Motion.DETACH)
                : commands.answer(event.packet);
        reply(event.packet, answer.reply());
        if (answer.motion() != null) {
          return go(answer.motion());
        }
      }
    }
    return released ? Order.LEAVE : Order.GO_ON;
  }

  private void reply(String packet, String reply) {
    if (packet.equals("QStartNoAckMode")) {
      client.stopAcknowledging();
    }
    if (reply != null) {
      client.send(reply);
    }
  }

  private Event take() {
    try {
      return events.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      released = true;
      return RELEASE;
    }
  }

  private Order go(Motion motion) {
    waiting = false;
    switch (motion) {
      case STEP -> stepping = selected.id;
      case STEP_BACK, CONTINUE_BACK -> {
        journey = Journey.back(motion, now, selected.id, cpus.size() == 1);
        resumed = true;
        rewinding = true;
        return Order.LEAVE;
      }
      case DETACH -> {
        breakpoints.clear(cpus);
        client.close();
        client = null;
        // Somebody else may have come already.
        interrupt = !events.isEmpty();
      }
      case KILL -> {
        killed = true;
        released = true;
        return Order.LEAVE;
      }
      case CONTINUE -> stepping = -1;
    }
    resumed = motion != Motion.DETACH;
    return changed ? Order.GO_ON_CHANGED : Order.GO_ON;
  }

  // What the commands work on

  boolean reversible() {
    return reversible;
  }

  Machine machine() {
    return machine;
  }

  Cpu selected() {
    return selected;
  }

  /** Looks at another processor; false if there is none of that number, from 0. */
  boolean select(int index) {
    if (index < 0 || index >= cpus.size()) {
      return false;
    }
    selected = cpus.get(index);
    return true;
  }

  Breakpoints breakpoints() {
    return breakpoints;
  }

  /** The reply that said why the machine stands. */
  String lastStop() {
    return lastStop;
  }

  /** Changes the machine, now and in every run that comes by this moment. */
  void change(Consumer<Machine> edit) {
    edits.make(now, idle, machine, edit);
    changed = true;
    diverged = OptionalLong.of(now.instructions());
  }
}
