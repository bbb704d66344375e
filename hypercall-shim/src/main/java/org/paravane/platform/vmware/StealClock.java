package org.paravane.platform.vmware;

import org.paravane.core.memory.GuestMemory;

/**
 * The time that a processor wanted to run and could not, in ticks of the time-stamp counter. Machine time passes only while
 * processors run or wait, so none is ever stolen and an area is written once.
 *
 * <pre>
 * area: 00 stolen ticks 8   08 reserved to 64
 * </pre>
 */
final class StealClock {
  private static final int DISABLED = 0;
  private static final int ENABLED = 1;
  private static final int BYTES = 64;

  private final GuestMemory memory;

  StealClock(GuestMemory memory) {
    this.memory = memory;
  }

  /**
   * Registers the area of a processor: 64-aligned, in RAM.
   *
   * @return whether the clock is now enabled, 1 or 0; any other address disables it
   */
  int register(long address) {
    if ((address & BYTES - 1) != 0 || !memory.contains(address, BYTES)) {
      return DISABLED;
    }
    memory.zero(address, BYTES);
    return ENABLED;
  }
}
