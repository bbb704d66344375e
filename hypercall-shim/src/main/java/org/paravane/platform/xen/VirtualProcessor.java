package org.paravane.platform.xen;

import java.util.function.BooleanSupplier;
import org.paravane.core.clock.TimerQueue.Timer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.event.EventChannels;
import org.paravane.platform.xen.event.EventTarget;
import org.paravane.platform.xen.event.SharedInfoLayout;

/** A processor as Xen keeps it: where its vcpu_info lies, what it waits for, its timers and its runstate. */
public final class VirtualProcessor implements EventTarget {
  static final int INFO_BYTES = 0x40;
  static final int INFO_TIME = 0x20;

  private static final int[] NO_PORTS = {};
  private static final long LONG_AGO = -(1L << 62);

  private final Cpu cpu;
  private final GuestSpace guest;
  private final Machine machine;
  private final PhysicalMemory memory;
  private final Timer pollTimer;
  private final Timer singleshot;
  private final Timer periodic;
  private final Runstate runstate;

  private long infoAddress;
  private boolean infoRegistered;
  private final boolean maskable;
  private boolean blocked;
  private int[] polledPorts = NO_PORTS;
  private long periodNanos;
  private long lastTickNanos = LONG_AGO;
  private Runnable onTimer = () -> {};
  private Runnable onUpcall = () -> {};
  private BooleanSupplier deliverable = this::upcallDue;

  /**
   * Makes the processor known to Xen.
   *
   * @param infoAddress guest-physical address of its vcpu_info in shared_info
   * @param paravirtual evtchn_upcall_mask counts, and the hypervisor's range is out of the guest's reach
   */
  public VirtualProcessor(Machine machine, Cpu cpu, long infoAddress, boolean paravirtual) {
    this.machine = machine;
    this.cpu = cpu;
    this.infoAddress = infoAddress;
    maskable = paravirtual;
    memory = machine.memory();
    guest = new GuestSpace(cpu, paravirtual);
    runstate = new Runstate(machine, cpu.id == 0 ? Runstate.RUNNING : Runstate.OFFLINE);
    pollTimer = machine.timers().create(this::unblock);
    singleshot = machine.timers().create(() -> onTimer.run());
    periodic = machine.timers().create(this::tick);
  }

  /** The processor. */
  public Cpu cpu() {
    return cpu;
  }

  /** Its number, from 0. */
  public int id() {
    return cpu.id;
  }

  /** Memory as its hypercalls see it. */
  public GuestSpace guest() {
    return guest;
  }

  /** Its runstate. */
  public Runstate runstate() {
    return runstate;
  }

  /** Names what its timers do. */
  void onTimer(Runnable action) {
    onTimer = action;
  }

  /** Names what happens, beside the flag, when an event becomes pending that was not. */
  public void onUpcall(Runnable action) {
    onUpcall = action;
  }

  // vcpu_info

  @Override
  public long infoAddress() {
    return infoAddress;
  }

  /** Tells whether the guest has given vcpu_info a place of its own. */
  boolean infoRegistered() {
    return infoRegistered;
  }

  /** Moves vcpu_info, contents and all, as VCPUOP_register_vcpu_info does: everything looks pending then. */
  void registerInfo(long address, SharedInfoLayout layout) {
    for (int i = 0; i < INFO_BYTES; i += 8) {
      memory.busWrite(address + i, 8, memory.busRead(infoAddress + i, 8));
    }
    infoAddress = address;
    infoRegistered = true;
    memory.busWrite(address + EventChannels.INFO_UPCALL_PENDING, 1, 1);
    memory.busWrite(
        address + layout.selector(), layout.wordBytes(), -1L >>> 64 - 8 * layout.wordBytes());
    onUpcall.run();
    cpu.attention();
  }

  /** Says that shared_info has moved; a vcpu_info of its own stays where it is. */
  public void sharedInfoMoved(long address) {
    if (!infoRegistered) {
      infoAddress = address + (long) cpu.id * INFO_BYTES;
    }
  }

  /** Says that an event is pending, whether one is or not: the way in which the guest hears of it has changed. */
  public void raiseAgain() {
    onUpcall.run();
    cpu.attention();
  }

  /** Tells whether an event waits to be taken and may be. */
  public boolean upcallDue() {
    return memory.busRead(infoAddress + EventChannels.INFO_UPCALL_PENDING, 1) != 0
        && !(maskable && upcallMasked());
  }

  /** evtchn_upcall_mask. */
  public boolean upcallMasked() {
    return memory.busRead(infoAddress + EventChannels.INFO_UPCALL_MASK, 1) != 0;
  }

  /** Sets evtchn_upcall_mask. */
  public void upcallMasked(boolean masked) {
    memory.busWrite(infoAddress + EventChannels.INFO_UPCALL_MASK, 1, masked ? 1 : 0);
  }

  @Override
  public void upcallPending() {
    if (!maskable || !upcallMasked()) {
      unblock();
    }
    onUpcall.run();
    cpu.attention();
  }

  /** Who polls for one port waits for that, who polls for several or none for any. */
  @Override
  public void portPending(int port) {
    boolean polls = polledPorts != NO_PORTS;
    if (polls && (polledPorts.length != 1 || polledPorts[0] == port)) {
      unblock();
    }
  }

  /** Says that an interrupt or NMI has come: it no longer waits for events. */
  public void kick() {
    unblock();
  }

  /** Names what tells whether something is pending that the processor would take now; events are, unless told otherwise. */
  public void deliverable(BooleanSupplier value) {
    deliverable = value;
  }

  /** Tells whether something is pending that the processor would take now. */
  boolean needsDelivery() {
    return deliverable.getAsBoolean();
  }

  // Blocking

  /** Waits for an event (SCHEDOP_block). */
  void block() {
    if (!needsDelivery()) {
      blocked = true;
      cpu.events.activity(Activity.HALTED);
      runstate.enter(Runstate.BLOCKED);
    }
  }

  /**
   * Waits until a port becomes pending, an event can be taken or time is over.
   *
   * @param deadlineNanos machine time, or 0 for none
   */
  void poll(int[] ports, long deadlineNanos) {
    polledPorts = ports;
    if (deadlineNanos != 0) {
      pollTimer.scheduleAt(Math.max(deadlineNanos, machine.nanos()));
    }
    block();
  }

  private void unblock() {
    if (blocked) {
      blocked = false;
      polledPorts = NO_PORTS;
      pollTimer.cancel();
      cpu.events.activity(Activity.RUNNING);
      runstate.enter(Runstate.RUNNING);
    }
  }

  /** Starts it or takes it off. */
  public void online(boolean online) {
    unblock();
    cpu.events.activity(online ? Activity.RUNNING : Activity.OFFLINE);
    runstate.enter(online ? Runstate.RUNNING : Runstate.OFFLINE);
  }

  /** Says that INIT or a start-up IPI has changed what it does. */
  public void signalled() {
    blocked = false;
    polledPorts = NO_PORTS;
    pollTimer.cancel();
    runstate.enter(online() ? Runstate.RUNNING : Runstate.OFFLINE);
  }

  /** Tells whether it is started. */
  public boolean online() {
    return cpu.events.listening();
  }

  /** Tells whether it has a state to start with. */
  public boolean initialised() {
    return cpu.events.activity() != Activity.WAIT_FOR_SIPI;
  }

  // Timers

  /** Sets the single-shot timer; a time in the past fires soon. */
  void singleshot(long nanos) {
    singleshot.scheduleAt(Math.max(nanos, machine.nanos()));
  }

  /** Sets the single-shot timer; a time in the past, unsigned, has it fire before this returns. */
  void singleshotOrNow(long nanos) {
    if (Long.compareUnsigned(nanos, machine.nanos()) < 0) {
      singleshot.cancel();
      onTimer.run();
    } else {
      singleshot(nanos);
    }
  }

  /** Takes the single-shot timer back. */
  void stopSingleshot() {
    singleshot.cancel();
  }

  /** Sets the periodic timer, which fires now if its last time is a period ago or there was none. */
  void periodic(long nanos) {
    periodNanos = nanos;
    periodic.cancel();
    tick();
  }

  /** Takes the periodic timer back. */
  void stopPeriodic() {
    periodic.cancel();
  }

  private void tick() {
    long now = machine.nanos();
    if (now >= lastTickNanos + periodNanos) {
      onTimer.run();
      lastTickNanos = now;
    }
    periodic.scheduleAt(lastTickNanos + periodNanos);
  }
}
