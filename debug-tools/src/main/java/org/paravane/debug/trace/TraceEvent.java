package org.paravane.debug.trace;

import java.util.List;
import java.util.Optional;
import org.paravane.debug.symbols.Symbols;

/**
 * Something that a processor does.
 *
 * @param instructions how many instructions all processors had retired before
 * @param cpu number of the processor, from 0
 * @param address linear address of the instruction that does it, or before which it happens
 * @param place the kernel's symbol there
 * @param category what kind of thing
 * @param fields what more there is to say, in order
 */
public record TraceEvent(
    long instructions,
    int cpu,
    long address,
    Optional<Symbols.Location> place,
    TraceCategory category,
    List<Field> fields) {
  /**
   * A named value.
   *
   * @param name lower case
   * @param value as it is shown
   * @param number whether it is a decimal number
   */
  public record Field(String name, String value, boolean number) {
    static Field of(String name, String value) {
      return new Field(name, value, false);
    }

    static Field of(String name, long value) {
      return new Field(name, Long.toString(value), true);
    }

    static Field hex(String name, long value) {
      return new Field(name, "0x" + Long.toHexString(value), false);
    }
  }
}
