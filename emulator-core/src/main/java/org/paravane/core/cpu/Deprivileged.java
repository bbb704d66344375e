package org.paravane.core.cpu;

/**
 * The hooks of a hypervisor whose kernel runs de-privileged: it takes what would go through the IDT or be refused for lack
 * of privilege. Every hook lies on a path that is slow anyway.
 */
public interface Deprivileged {
  /**
   * An exception, an interrupt or INT n is about to be delivered.
   *
   * @param vector 0 to 255
   * @param software INT n, INT3 or INTO; RIP is then behind the instruction
   * @param errorCode meaningless unless the vector has one
   * @return true if the hypervisor dealt with it (registers changed as it wants), false for delivery through the IDT
   */
  boolean deliver(Cpu cpu, int vector, boolean software, int errorCode);

  /**
   * SYSCALL, at any CPL.
   *
   * @param returnAddress address of the next instruction
   * @return true if the hypervisor dealt with it and set RIP, false for the architectural effect
   */
  boolean syscall(Cpu cpu, long returnAddress);

  /**
   * SYSENTER, at any CPL.
   *
   * @return true if the hypervisor dealt with it and set RIP, false for the architectural effect
   */
  default boolean sysenter(Cpu cpu) {
    return false;
  }
}
