package org.paravane.platform.hyperv;

import org.paravane.core.execution.Machine;
import org.paravane.core.memory.GuestMemory;

/**
 * Reference time, in units of 100 ns since the machine's start, and the page by which a guest computes it from its
 * time-stamp counter (TLFS 12.7).
 *
 * <pre>
 * HV_REFERENCE_TSC_PAGE: 00 TscSequence 4, 0 if invalid   08 TscScale 8   10 TscOffset 8
 * reference time = (tsc * TscScale >> 64) + TscOffset
 * </pre>
 */
final class ReferenceTime {
  static final long NANOS_PER_UNIT = 100;

  private static final long ENABLED = 1;
  private static final long PAGE_BYTES = 4096;
  private static final int OFFSET_TSC_SCALE = 0x08;
  private static final int OFFSET_TSC_OFFSET = 0x10;

  /** 2^64 / 100: the counter counts nanoseconds. */
  private static final long TSC_SCALE = Long.divideUnsigned(-1, NANOS_PER_UNIT);

  private final Machine machine;
  private int sequence;
  private long msr;

  ReferenceTime(Machine machine) {
    this.machine = machine;
  }

  long now() {
    return machine.nanos() / NANOS_PER_UNIT;
  }

  long msr() {
    return msr;
  }

  /** Writes REFERENCE_TSC; a page that is not RAM is remembered only. */
  void write(long value) {
    msr = value;
    update();
  }

  /** Writes the page, if it is enabled, by the bootstrap processor's time-stamp counter. */
  void update() {
    long page = msr & -PAGE_BYTES;
    GuestMemory memory = machine.memory();
    if ((msr & ENABLED) != 0 && memory.contains(page, PAGE_BYTES)) {
      memory.put32(page, 0);
      memory.put64(page + OFFSET_TSC_SCALE, TSC_SCALE);
      memory.put64(page + OFFSET_TSC_OFFSET, Math.floorDiv(-machine.cpu(0).msrs.tscAdjust, NANOS_PER_UNIT));
      memory.put32(page, nextSequence());
    }
  }

  /** Neither 0, which is invalid, nor -1, which early versions took as invalid. */
  private int nextSequence() {
    sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1;
    return sequence;
  }
}
