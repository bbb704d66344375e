package org.paravane.platform.xen;

import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.event.SharedInfoLayout;

/**
 * Time as guests read it from shared memory. The time-stamp counter counts the nanoseconds of machine time, so that one
 * pair of a count and a time holds for the whole run.
 *
 * <pre>
 * vcpu_time_info: 00 version 4   08 tsc_timestamp 8   10 system_time 8   18 tsc_to_system_mul 4   1c tsc_shift 1
 * shared_info:    wc_version 4   wc_sec 4   wc_nsec 4
 * </pre>
 *
 * @abi xen/include/public/xen.h
 */
public final class XenTime {
  /** Counts of the time-stamp counter in a millisecond. */
  public static final int TSC_KHZ = 1_000_000;

  /** 2026-01-01 00:00:00 UTC: wall-clock time at the start, so that runs are repeatable. */
  private static final long START_EPOCH_SECONDS = 1_767_225_600L;

  /** A nanosecond a count: (tsc << 1) * 2^31 >> 32. */
  private static final long TSC_TO_SYSTEM_MUL = 0x8000_0000L;

  private static final int TSC_SHIFT = 1;
  private static final int VERSION = 2;

  private XenTime() {}

  /** Writes a vcpu_time_info of 32 bytes. */
  static void writeTimeInfo(PhysicalMemory memory, long address) {
    memory.busWrite(address, 8, VERSION);
    memory.busWrite(address + 8, 8, 0);
    memory.busWrite(address + 16, 8, 0);
    memory.busWrite(address + 24, 4, TSC_TO_SYSTEM_MUL);
    memory.busWrite(address + 28, 4, TSC_SHIFT);
  }

  /** Writes the wall clock of shared_info. */
  static void writeWallClock(PhysicalMemory memory, long sharedInfo, SharedInfoLayout layout) {
    long clock = sharedInfo + layout.wallClock();
    memory.busWrite(clock, 4, VERSION);
    memory.busWrite(clock + 4, 4, START_EPOCH_SECONDS & 0xffff_ffffL);
    memory.busWrite(clock + 8, 4, 0);
    memory.busWrite(sharedInfo + layout.wallClockHigh(), 4, START_EPOCH_SECONDS >>> 32);
  }
}
