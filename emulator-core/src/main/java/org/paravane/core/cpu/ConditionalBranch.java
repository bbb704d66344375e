package org.paravane.core.cpu;

/**
 * A branch within CS that goes one of two ways, both known from its encoding, and that can't fault: what can be fused with the
 * comparison before it.
 */
public interface ConditionalBranch extends Instruction {
  /** Does all of the instruction but set RIP; tells whether the branch is taken. */
  boolean decide(Cpu cpu);

  /** The condition code, 0 to 15: see {@link Cpu#condition}. */
  int condition();

  /** Where it goes if taken, from the start of the block. */
  int taken();

  /** Where it goes if not taken, from the start of the block. */
  int next();
}
