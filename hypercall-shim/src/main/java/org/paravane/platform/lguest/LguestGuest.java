package org.paravane.platform.lguest;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;

/** One guest: what the host knows of it. */
final class LguestGuest {
  /** The ring that the kernel runs at. */
  static final int RING = 1;

  final Machine machine;
  final HostPages pages;
  final ShadowTables shadow;
  final GuestSegments segments;
  final GuestTraps traps;
  final GuestInterrupts interrupts;

  private Cpu cpu;
  private LguestData data;

  LguestGuest(Machine machine, HostPages pages) {
    this.machine = machine;
    this.pages = pages;
    shadow = new ShadowTables(machine.memory(), pages);
    segments = new GuestSegments(this);
    traps = new GuestTraps(this);
    interrupts = new GuestInterrupts(this);
  }

  /** Names the processor; before the first instruction. */
  void enter(Cpu newCpu) {
    cpu = newCpu;
    segments.enter(newCpu);
    shadow.enter(newCpu);
  }

  Cpu cpu() {
    return cpu;
  }

  /** What it shares with the host, or null before its first hypercall. */
  LguestData data() {
    return data;
  }

  void data(LguestData value) {
    data = value;
  }

  /** Ends it for what it did wrong. */
  void kill(String format, Object... values) {
    machine.exit(new ExitReason.GuestCrash("lguest: " + format.formatted(values)));
  }
}
