package org.paravane.core.cpu;

/**
 * A decoded instruction: a record whose components are its operands. While a block of instructions executes, {@code
 * RIP} holds the address of the block's first byte; an instruction that needs its own address knows its offset from
 * there. Memory is accessed before any register is written, so that an instruction that faults can be restarted.
 */
public interface Instruction {
  /**
   * Carries the instruction out.
   *
   * @throws GuestFault if the guest is to take an exception instead
   */
  void execute(Cpu cpu);

  /** The same instruction leaving the status flags undefined, for where none of them is read; by default itself. */
  default Instruction withoutStatusFlags() {
    return this;
  }
}
