package org.paravane.platform.lguest;

import org.paravane.core.memory.GuestMemory;

/**
 * What guest and host share.
 *
 * <pre>
 * 000 irq_enabled 4   004 blocked_interrupts 4   008 cr2 4   00c time.sec 4   010 time.nsec 4   014 irq_pending 4
 * 018 hcall_status 64 * 1   058 hcalls 64 * {arg0 .. arg4}
 * 558 reserve_mem 4   55c tsc_khz 4   560 noirq_start 4   564 noirq_end 4   568 kernel_address 4   56c syscall_vec 4
 * </pre>
 *
 * @param memory guest memory
 * @param address its guest-physical address
 * @abi linux include/linux/lguest.h
 */
record LguestData(GuestMemory memory, long address) {
  static final int BYTES = 0x570;
  static final int RING_ENTRIES = 64;
  static final int ARGUMENTS = 5;
  static final int FREE = 0xff;

  private static final int INTERRUPTS_ON = 0x200;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  boolean interruptsEnabled() {
    return (memory.get32(address) & INTERRUPTS_ON) != 0;
  }

  void interruptsEnabled(boolean on) {
    memory.put32(address, on ? INTERRUPTS_ON : 0);
  }

  int blockedInterrupts() {
    return memory.get32(address + 4);
  }

  void cr2(long value) {
    memory.put32(address + 8, (int) value);
  }

  /** The time of day. */
  void time(long nanosSince1970) {
    memory.put32(address + 0xc, (int) (nanosSince1970 / NANOS_PER_SECOND));
    memory.put32(address + 0x10, (int) (nanosSince1970 % NANOS_PER_SECOND));
  }

  /** Whether an interrupt waits for the guest to enable interrupts. */
  void interruptPending(boolean pending) {
    memory.put32(address + 0x14, pending ? INTERRUPTS_ON : 0);
  }

  int status(int slot) {
    return memory.get8(address + 0x18 + slot);
  }

  void free(int slot) {
    memory.put8(address + 0x18 + slot, FREE);
  }

  int argument(int slot, int argument) {
    return memory.get32(address + 0x58 + 4L * (ARGUMENTS * slot + argument));
  }

  /** Tells what the host tells once. */
  void announce(int reservedBytes, int tscKhz) {
    memory.put32(address + 0x558, reservedBytes);
    memory.put32(address + 0x55c, tscKhz);
  }

  long noInterruptsFrom() {
    return memory.get32(address + 0x560) & 0xffff_ffffL;
  }

  long noInterruptsTo() {
    return memory.get32(address + 0x564) & 0xffff_ffffL;
  }

  long kernelAddress() {
    return memory.get32(address + 0x568) & 0xffff_ffffL;
  }

  int systemCallVector() {
    return memory.get32(address + 0x56c);
  }
}
