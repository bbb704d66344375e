package org.paravane.platform.pc;

/** Model-specific registers that belong together and that each processor has for itself. */
interface MsrBlock {
  /** Tells whether a register is one of these. */
  boolean contains(int msr);

  /** Reads one of these. */
  long read(int msr);

  /** Writes one of these. Returns false where WRMSR raises #GP for the value. */
  boolean write(int msr, long value);
}
