package org.paravane.harness.spec;

/** How guest code is executed. Nothing but speed depends on it. */
public enum Tier {
  /** Instruction by instruction. */
  INTERPRETER,
  /** What is executed often is compiled. */
  REGIONS
}
