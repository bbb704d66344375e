package org.paravane.core.execution;

import org.paravane.core.cpu.Cpu;

/** Looks at a processor every so many instructions: see {@link Machine#sampler}. */
@FunctionalInterface
public interface Sampler {
  /**
   * A processor stands between two blocks of instructions; its registers are exact. Nothing may be changed. Called on the
   * thread that runs the machine.
   */
  void sample(Cpu cpu);
}
