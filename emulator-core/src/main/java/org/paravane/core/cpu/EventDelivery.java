package org.paravane.core.cpu;

/**
 * Delivery of exceptions, interrupts and INT n through the IDT (SDM Vol. 3A chapter 6), and what waits to be delivered
 * at the next instruction boundary.
 */
public final class EventDelivery implements ProcessorSignals {
  /** What a processor does. */
  public enum Activity {
    /** It executes instructions. */
    RUNNING,
    /** It waits for an interrupt after HLT. */
    HALTED,
    /** It waits for a start-up IPI. */
    WAIT_FOR_SIPI,
    /** A triple fault stopped it. */
    SHUTDOWN
  }

  private final Cpu cpu;
  private Activity activity = Activity.RUNNING;
  private boolean nmiPending;
  private boolean nmiBlocked;
  private boolean interruptShadow;

  EventDelivery(Cpu cpu) {
    this.cpu = cpu;
  }

  void reset() {
    activity = Activity.RUNNING;
    nmiPending = false;
    nmiBlocked = false;
    interruptShadow = false;
  }

  /** What the processor does now. */
  public Activity activity() {
    return activity;
  }

  /** Changes what the processor does. */
  public void activity(Activity next) {
    activity = next;
    cpu.attention();
  }

  /** Says that STI, MOV SS or POP SS was executed: interrupts wait for one more instruction. */
  public void shadowInterrupts() {
    interruptShadow = true;
    cpu.attention();
  }

  /** Tells whether interrupts wait for one more instruction. */
  public boolean interruptShadow() {
    return interruptShadow;
  }

  /** Says that an instruction was executed since {@link #shadowInterrupts()}. */
  public void endInterruptShadow() {
    interruptShadow = false;
  }

  /** Says that IRET was executed: NMIs are no longer blocked. */
  public void unblockNmi() {
    nmiBlocked = false;
    cpu.attention();
  }

  /** Tells whether an NMI is pending and not blocked. */
  public boolean nmiDeliverable() {
    return nmiPending && !nmiBlocked;
  }

  /** Delivers a fault; RIP is at the instruction that raised it. */
  public void deliverFault(GuestFault fault) {
    activity(Activity.SHUTDOWN);
  }

  /** Delivers a fault-class debug exception; {@code causes} are DR6 bits. */
  public void deliverDebugFault(long causes) {
    activity(Activity.SHUTDOWN);
  }

  /** Delivers a trap-class debug exception; {@code causes} are DR6 bits. */
  public void deliverDebugTrap(long causes) {
    activity(Activity.SHUTDOWN);
  }

  /** Delivers the pending NMI. */
  public void deliverNmi() {
    nmiPending = false;
    nmiBlocked = true;
    activity(Activity.SHUTDOWN);
  }

  /** Delivers an external interrupt. */
  public void deliverInterrupt(int vector) {
    activity(Activity.SHUTDOWN);
  }

  @Override
  public void interruptRequested() {
    cpu.attention();
  }

  @Override
  public void nmi() {
    nmiPending = true;
    cpu.attention();
  }

  @Override
  public void init() {
    cpu.reset();
    activity(Activity.WAIT_FOR_SIPI);
  }

  @Override
  public void startup(int vector) {
    if (activity == Activity.WAIT_FOR_SIPI) {
      cpu.segments.set(Segments.CS, vector << 8, (long) vector << 12, 0xffff, cpu.segments.rights[Segments.CS]);
      cpu.rip(0);
      activity(Activity.RUNNING);
    }
  }
}
