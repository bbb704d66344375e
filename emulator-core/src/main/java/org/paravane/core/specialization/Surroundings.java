package org.paravane.core.specialization;

import org.paravane.core.cpu.Cpu;

/**
 * State of a processor that code may depend on and that is the same all the time while a region executes: instructions that
 * change it end the block that they are in, and the region with it.
 *
 * @param mode {@link Cpu#mode}
 * @param tlb {@link org.paravane.core.cpu.LinearMemory#tlb()}
 * @param sseAvailable {@link org.paravane.core.cpu.ControlRegisters#sseAvailable()}
 */
public record Surroundings(int mode, long[] tlb, boolean sseAvailable) {
  /** Those of a processor now. */
  public static Surroundings of(Cpu cpu) {
    return new Surroundings(cpu.mode, cpu.memory.tlb(), cpu.control.sseAvailable());
  }

  /** Tells whether they are those of a processor now. */
  public boolean areOf(Cpu cpu) {
    return mode == cpu.mode
        && tlb == cpu.memory.tlb()
        && sseAvailable == cpu.control.sseAvailable();
  }
}
