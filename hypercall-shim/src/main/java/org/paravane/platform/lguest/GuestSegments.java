package org.paravane.platform.lguest;

import org.paravane.core.cpu.Cpu;

/** The GDT that the processor really uses: the guest's entries, as far as a kernel at ring 1 may have them. */
final class GuestSegments {
  static final int ENTRIES = 32;

  private static final int KERNEL_CODE = 12;
  private static final int KERNEL_DATA = 13;
  private static final int TASK_STATE = 16;
  private static final int HOST_CODE = 30;
  private static final int DOUBLE_FAULT_TASK_STATE = 31;
  private static final int FIRST_TLS = 6;
  private static final int TLS_ENTRIES = 3;
  private static final int FLAT_LOW = 0xffff;
  private static final int FLAT_CODE_HIGH = 0x00cf_bb00;
  private static final int FLAT_DATA_HIGH = 0x00cf_b300;
  private static final int PRESENT = 1 << 15;
  private static final int CODE_OR_DATA = 1 << 12;
  private static final int DPL = 3 << 13;
  private static final int DPL_1 = LguestGuest.RING << 13;
  private static final int ACCESSED = 1 << 8;

  private final LguestGuest guest;

  GuestSegments(LguestGuest guest) {
    this.guest = guest;
  }

  /** Starts with the flat segments that kernels are entered with. */
  void enter(Cpu cpu) {
    store(KERNEL_CODE, FLAT_LOW, FLAT_CODE_HIGH);
    store(KERNEL_DATA, FLAT_LOW, FLAT_DATA_HIGH);
    cpu.segments.gdtrBase = HostPages.SWITCHER;
    cpu.segments.gdtrLimit = 8 * ENTRIES - 1;
  }

  /** Sets an entry; the host's own it keeps as they are. A segment of ring 0 becomes one of ring 1. */
  void set(int index, int low, int high) {
    if (index < 0 || index >= ENTRIES) {
      guest.kill("too many gdt entries %d", index);
      return;
    }
    if (index == TASK_STATE || index == DOUBLE_FAULT_TASK_STATE || index == HOST_CODE) {
      return;
    }
    boolean usable = (high & (PRESENT | CODE_OR_DATA)) == (PRESENT | CODE_OR_DATA);
    int fixed = (high & DPL) == 0 ? high | DPL_1 : high;
    store(index, usable ? low : 0, usable ? fixed | ACCESSED : 0);
  }

  /** Sets the three entries of thread-local storage from descriptors at a guest-physical address. */
  void threadLocal(long address) {
    for (int i = 0; i < TLS_ENTRIES; i++) {
      long at = address + 8L * i;
      set(FIRST_TLS + i, guest.machine.memory().get32(at), guest.machine.memory().get32(at + 4));
    }
  }

  private void store(int index, int low, int high) {
    guest.machine.memory().put32(guest.pages.gdt() + 8L * index, low);
    guest.machine.memory().put32(guest.pages.gdt() + 8L * index + 4, high);
  }
}
