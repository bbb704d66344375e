package org.paravane.core.execution;

import org.paravane.core.cpu.Cpu;

/**
 * Who may stop a machine between two instructions and look at it: a debugger. All methods are called on the thread that
 * runs the machine; while one does not return, the machine stands still and no time passes in it.
 *
 * <p>What the guest does is the same with and without a control, to the instruction, as long as the control changes
 * nothing: interrupts are still delivered only where they would be otherwise.
 */
public interface DebugControl {
  /** What is to happen after a look. */
  enum Order {
    /** Go on; nothing was changed. */
    GO_ON,
    /** Go on; registers, memory or breakpoints were changed. */
    GO_ON_CHANGED,
    /** Make {@link Machine#run} return {@code StopRequested}. */
    LEAVE
  }

  /**
   * Tells whether anything is to be looked for; without, the machine runs at full speed. Asked from time to time, at least
   * every few hundred thousand instructions.
   */
  boolean armed();

  /**
   * Tells whether {@link #beforeInstruction} is to be called for the instructions of a stretch of code that is executed
   * next.
   *
   * @param linear its first byte
   * @param sizeBytes its length
   * @param instructions how many instructions it has
   */
  boolean looksInto(Cpu cpu, long linear, int sizeBytes, int instructions);

  /** Called before an instruction is executed; the processor's registers and count of instructions are exact. */
  Order beforeInstruction(Cpu cpu);

  /** Called now and then with all processors between two instructions, also while none of them executes any. */
  Order betweenSlices();
}
