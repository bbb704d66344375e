package org.paravane.harness.spec;

/** How guest code is executed. Nothing but speed depends on it. */
public enum Tier {
  /** Instruction by instruction. */
  INTERPRETER,
  /** What is executed often is compiled by the JVM: for every host. */
  REGIONS,
  /** 64-bit code that is executed often is translated to the host's, if that is x86-64 Linux; the rest as {@link #REGIONS}. */
  HOST
}
