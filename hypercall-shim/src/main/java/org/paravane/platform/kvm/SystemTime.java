package org.paravane.platform.kvm;

import org.paravane.core.memory.GuestMemory;

/**
 * The clock of one processor. The time-stamp counter runs at a constant rate, so the structure is written when it is
 * registered and when the guest sets its counter, and holds until then.
 *
 * <pre>
 * struct pvclock_vcpu_time_info: 00 version 4, odd while it changes   08 tsc_timestamp 8   10 system_time 8, ns
 *                                18 tsc_to_system_mul 4   1c tsc_shift 1   1d flags 1
 * system time = system_time + ((tsc - tsc_timestamp) << tsc_shift) * tsc_to_system_mul / 2^32
 * </pre>
 */
final class SystemTime {
  private static final long ENABLED = 1;
  private static final int OFFSET_TSC_TIMESTAMP = 0x08;
  private static final int OFFSET_SYSTEM_TIME = 0x10;
  private static final int OFFSET_TSC_TO_SYSTEM_MUL = 0x18;
  private static final int OFFSET_TSC_SHIFT = 0x1c;
  private static final int OFFSET_FLAGS = 0x1d;
  private static final int BYTES = 0x20;
  private static final int FLAG_TSC_STABLE = 1;

  /** With a shift of 1 a half: the counter counts nanoseconds. */
  private static final int MUL = 0x8000_0000;

  private static final int SHIFT = 1;

  private final GuestMemory memory;
  private long msr;

  SystemTime(GuestMemory memory) {
    this.memory = memory;
  }

  long msr() {
    return msr;
  }

  /** Takes the address of the structure, with bit 0 to enable it. */
  void write(long value, long tsc, long nanos) {
    msr = value;
    update(tsc, nanos);
  }

  /** Writes the structure if it is enabled and in RAM; {@code tsc} is the guest's counter at {@code nanos}. */
  void update(long tsc, long nanos) {
    long at = msr & ~ENABLED;
    if ((msr & ENABLED) == 0 || !memory.contains(at, BYTES)) {
      return;
    }
    int version = memory.get32(at) | 1;
    memory.put32(at, version);
    memory.put64(at + OFFSET_TSC_TIMESTAMP, tsc);
    memory.put64(at + OFFSET_SYSTEM_TIME, nanos);
    memory.put32(at + OFFSET_TSC_TO_SYSTEM_MUL, MUL);
    memory.put8(at + OFFSET_TSC_SHIFT, SHIFT);
    memory.put8(at + OFFSET_FLAGS, FLAG_TSC_STABLE);
    memory.put32(at, version + 1);
  }
}
