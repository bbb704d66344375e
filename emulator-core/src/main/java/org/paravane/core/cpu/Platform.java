package org.paravane.core.cpu;

/**
 * What surrounds a processor, as far as its instructions can tell: bare hardware or a hypervisor. One platform serves
 * all processors of a machine; the calls name the processor.
 */
public interface Platform {
  /** Receives the four registers that CPUID gives. */
  final class CpuidResult {
    public int eax;
    public int ebx;
    public int ecx;
    public int edx;

    /** Sets all four. */
    public void set(int newEax, int newEbx, int newEcx, int newEdx) {
      eax = newEax;
      ebx = newEbx;
      ecx = newEcx;
      edx = newEdx;
    }
  }

  /** Answers CPUID for a leaf and subleaf. */
  void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result);

  /**
   * Reads a model-specific register that the processor itself does not have.
   *
   * @throws GuestFault (by {@link Cpu#fault}) #GP if it does not exist
   */
  long readMsr(Cpu cpu, int msr);

  /**
   * Writes a model-specific register that the processor itself does not have.
   *
   * @throws GuestFault (by {@link Cpu#fault}) #GP if it does not exist or refuses the value
   */
  void writeMsr(Cpu cpu, int msr, long value);

  /** The time-stamp counter at the start of the current block, before IA32_TSC_ADJUST. */
  long timeStampCounter(Cpu cpu);

  /** IA32_TSC_ADJUST changed, so that the guest's time-stamp counter jumped: see {@link Msrs#tscAdjust}. */
  default void timeStampCounterAdjusted(Cpu cpu) {}

  /** Tells whether a port may be reached whatever CPL, IOPL and the I/O permission bitmap say: a hypervisor's own. */
  default boolean opensPort(int port) {
    return false;
  }

  /** The interrupt controller of a processor. */
  InterruptController interruptController(Cpu cpu);

  /** HLT was executed at CPL 0; RIP is still that of the instruction. */
  default void halt(Cpu cpu) {
    cpu.events.activity(EventDelivery.Activity.HALTED);
  }

  /**
   * VMCALL (0F 01 C1) or VMMCALL (0F 01 D9) at any CPL.
   *
   * @param vmmcall which of the two
   * @return false if the instruction is undefined here (#UD)
   */
  default boolean hypercall(Cpu cpu, boolean vmmcall) {
    return false;
  }

  /** The platform as the hypervisor of a kernel that runs without privilege, or null. */
  default Deprivileged deprivileged() {
    return null;
  }
}
