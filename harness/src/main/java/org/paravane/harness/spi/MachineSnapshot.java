package org.paravane.harness.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a machine that stands still, for people.
 *
 * @param rip the instruction pointer of the first processor
 * @param symbol the function it is in, with offset, where symbols are known
 * @param disassembly the next few instructions, one a line; empty where memory cannot be read
 * @param registers the registers of the first processor, several a line
 * @param counters named numbers of the machine, such as TLB misses, in the order to show them
 */
public record MachineSnapshot(
    long rip,
    Optional<String> symbol,
    List<String> disassembly,
    List<String> registers,
    Map<String, Long> counters) {
  /** Nothing is known. */
  public static final MachineSnapshot UNKNOWN =
      new MachineSnapshot(0, Optional.empty(), List.of(), List.of(), Map.of());
}
