package org.paravane.platform.kvm;

import org.paravane.core.memory.GuestMemory;

/**
 * The time that a processor wanted to run and could not. Machine time passes only while processors run or wait, so none is
 * ever stolen and the structure is written once.
 *
 * <pre>
 * struct kvm_steal_time: 00 steal 8, ns   08 version 4, even   0c flags 4   10 preempted 1   11 padding to 64
 * </pre>
 */
final class StealTime {
  private static final long ENABLED = 1;
  private static final long RESERVED = 0x3e;
  private static final int OFFSET_VERSION = 0x08;
  private static final int OFFSET_FLAGS = 0x0c;
  private static final int OFFSET_PREEMPTED = 0x10;
  private static final int BYTES = 64;

  private final GuestMemory memory;
  private long msr;

  StealTime(GuestMemory memory) {
    this.memory = memory;
  }

  long msr() {
    return msr;
  }

  /** Takes the address of the structure, a multiple of 64, with bit 0 to enable it; false if a reserved bit is set. */
  boolean write(long value) {
    if ((value & RESERVED) != 0) {
      return false;
    }
    msr = value;
    long at = value & ~ENABLED;
    if ((value & ENABLED) != 0 && memory.contains(at, BYTES)) {
      int version = memory.get32(at + OFFSET_VERSION) | 1;
      memory.put32(at + OFFSET_VERSION, version);
      memory.put64(at, 0);
      memory.put32(at + OFFSET_FLAGS, 0);
      memory.put8(at + OFFSET_PREEMPTED, 0);
      memory.put32(at + OFFSET_VERSION, version + 1);
    }
    return true;
  }
}
