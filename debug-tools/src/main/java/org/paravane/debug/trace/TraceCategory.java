package org.paravane.debug.trace;

import java.util.Locale;

/** What a trace can tell of. */
public enum TraceCategory {
  /** Every instruction, before it is executed. */
  INSN,
  /** Every run of instructions that is entered at its start only, before it is executed. */
  BLOCK,
  /** Exceptions that are delivered. */
  FAULT,
  /** External interrupts, NMIs and INT n that are delivered. */
  IRQ,
  /** Accesses to I/O ports. */
  IO,
  /** Reads and writes of model-specific registers. */
  MSR,
  /** Calls of the hypervisor: VMCALL, VMMCALL, and SYSCALL of a kernel that runs without privilege. */
  HYPERCALL,
  /** Translations that are forgotten: CR3 loads, INVLPG and what else flushes the TLB. */
  MMU;

  /** The name in options and traces. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
