package org.paravane.core.cpu;

/**
 * Hears of what a processor does besides plain instructions: for traces. It must change nothing. Called on the thread that
 * runs the machine, from paths that are slow anyway; a processor without a listener pays for a comparison there.
 *
 * <p>What an instruction does is told while its block executes: {@link LinearMemory#executingOffset} and {@link
 * LinearMemory#executingIndex} lead from the block to it.
 */
public interface CpuListener {
  /** Where an event comes from. */
  enum Source {
    /** An exception, also one that the delivery of another event raised. */
    EXCEPTION,
    /** The interrupt controller, or the NMI pin. */
    INTERRUPT,
    /** INT n, INT3 or INTO. */
    INSTRUCTION
  }

  /** Which translations are forgotten. */
  enum Flush {
    ALL,
    NON_GLOBAL,
    PAGE
  }

  /**
   * An exception or an interrupt is about to be delivered; but for {@link Source#INSTRUCTION} RIP and the count of
   * instructions are exact, and the event itself is counted.
   *
   * @param vector 0 to 255
   * @param errorCode meaningless unless the vector is that of an exception that has one
   */
  void event(Cpu cpu, Source source, int vector, int errorCode);

  /** RDMSR, or a hypervisor in its place, read a register. */
  void msrRead(Cpu cpu, int msr, long value);

  /** WRMSR, or a hypervisor in its place, is about to write a register; the register may refuse it. */
  void msrWrite(Cpu cpu, int msr, long value);

  /**
   * An instruction that calls a hypervisor is about to be executed: {@code vmcall}, {@code vmmcall}, or the {@code syscall} of
   * a kernel that runs without privilege.
   */
  void hypercall(Cpu cpu, String instruction);

  /**
   * Translations are forgotten.
   *
   * @param linear the page's address for {@link Flush#PAGE}, otherwise 0
   */
  void flush(Cpu cpu, Flush flush, long linear);
}
