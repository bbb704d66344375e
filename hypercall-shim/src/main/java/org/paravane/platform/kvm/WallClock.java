package org.paravane.platform.kvm;

import org.paravane.core.memory.GuestMemory;
import org.paravane.platform.pc.PcHardware;

/**
 * Writes the time of day at which the machine's time was zero where the guest asks for it.
 *
 * <pre>
 * struct pvclock_wall_clock: 00 version 4, even   04 sec 4   08 nsec 4
 * </pre>
 */
final class WallClock {
  private static final int OFFSET_SEC = 4;
  private static final int OFFSET_NSEC = 8;
  private static final int BYTES = 12;

  private final GuestMemory memory;
  private long msr;

  WallClock(GuestMemory memory) {
    this.memory = memory;
  }

  long msr() {
    return msr;
  }

  /** Takes the address of the structure and fills it; an address that is not RAM is remembered only. */
  void write(long value) {
    msr = value;
    if (value != 0 && memory.contains(value, BYTES)) {
      int version = memory.get32(value) | 1;
      memory.put32(value, version);
      memory.put32(value + OFFSET_SEC, (int) PcHardware.START_EPOCH_SECONDS);
      memory.put32(value + OFFSET_NSEC, 0);
      memory.put32(value, version + 1);
    }
  }
}
