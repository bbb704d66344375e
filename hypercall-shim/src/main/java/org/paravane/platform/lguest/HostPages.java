package org.paravane.platform.lguest;

/**
 * What lies where in the machine: guest RAM, the page of device descriptors, and behind them what is the host's own.
 *
 * @param memoryBytes guest RAM
 */
record HostPages(long memoryBytes) {
  static final int PAGE = 4096;

  /** Pages for shadow page tables. */
  static final int SHADOW_PAGES = 512;

  /** First linear address that the guest may not use: the host's, called the switcher. */
  static final long SWITCHER = 0xffc0_0000L;

  /** The first address that is not the guest's. */
  long guestEnd() {
    return memoryBytes + PAGE;
  }

  /** The page with the host's GDT. */
  long gdt() {
    return guestEnd();
  }

  /** The page table that maps the GDT's page first. */
  long switcherTable() {
    return gdt() + PAGE;
  }

  /** The first page for shadow page tables. */
  long shadow() {
    return switcherTable() + PAGE;
  }

  long machineBytes() {
    return shadow() + (long) SHADOW_PAGES * PAGE;
  }
}
