package org.paravane.core.cpu;

/** The pins of a processor: what its local APIC drives. */
public interface ProcessorSignals {
  /** Tells the processor that {@link InterruptController#interruptPending()} may have become true. */
  void interruptRequested();

  /** A non-maskable interrupt. */
  void nmi();

  /** INIT: the processor resets and waits for a start-up IPI (bootstrap processor: starts at the reset vector). */
  void init();

  /** Start-up IPI: a processor that waits for it starts in real mode at {@code vector << 12}. */
  void startup(int vector);
}
