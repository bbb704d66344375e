package org.paravane.core.device.interrupt;

/** The interrupt controller behind a local APIC's ExtINT: the 8259 pair of a PC. */
@FunctionalInterface
public interface ExternalInterrupts {
  /** The INTA cycle: takes the most urgent request. Returns its vector, or the spurious vector when there is none. */
  int acknowledge();
}
