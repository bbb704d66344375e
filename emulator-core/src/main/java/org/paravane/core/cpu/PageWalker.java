package org.paravane.core.cpu;

/**
 * Walks the guest's page tables: 32-bit, PAE and 4-level paging with 4 KiB, 2 MiB, 4 MiB and 1 GiB pages, access rights,
 * accessed and dirty bits, reserved bits and page-fault error codes (SDM Vol. 3A 4.3 to 4.8).
 */
final class PageWalker {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int FETCH = 2;

  /** Width of guest-physical addresses that CPUID leaf 0x80000008 reports. */
  static final int PHYSICAL_ADDRESS_BITS = 40;

  private static final long P = 1;
  private static final long RW = 1 << 1;
  private static final long US = 1 << 2;
  private static final long A = 1 << 5;
  private static final long D = 1 << 6;
  private static final long PS = 1 << 7;
  private static final long G = 1 << 8;
  private static final long NX = 1L << 63;

  private static final long FRAME = (1L << PHYSICAL_ADDRESS_BITS) - 1 & ~0xfffL;
  private static final long RESERVED = (1L << 52) - 1 & -1L << PHYSICAL_ADDRESS_BITS;

  private static final int ERROR_PRESENT = 1;
  private static final int ERROR_WRITE = 1 << 1;
  private static final int ERROR_USER = 1 << 2;
  private static final int ERROR_RESERVED = 1 << 3;
  private static final int ERROR_FETCH = 1 << 4;

  private final Cpu cpu;

  private boolean readable;
  private boolean writable;
  private boolean executable;
  private boolean global;
  private int pageShift;

  PageWalker(Cpu cpu) {
    this.cpu = cpu;
  }

  /** Whether the last translation allows reads at its privilege. */
  boolean readable() {
    return readable;
  }

  /** Whether the last translation allows writes at its privilege without another walk: the dirty bit is set too. */
  boolean writable() {
    return writable;
  }

  /** Whether the last translation allows fetches at its privilege. */
  boolean executable() {
    return executable;
  }

  /** Whether the last translation survives a load of CR3. */
  boolean global() {
    return global;
  }

  /** Base-2 logarithm of the size in bytes of the page that the last translation came from. */
  int pageShift() {
    return pageShift;
  }

  /**
   * Translates one linear address, setting accessed and dirty bits.
   *
   * @param access {@link #READ}, {@link #WRITE} or {@link #FETCH}
   * @param user the access has user rights (CPL 3), not supervisor rights
   * @param overrideSmap a supervisor access may touch user pages although CR4.SMAP is set
   * @return the physical address
   * @throws GuestFault #PF with CR2 and error code set
   */
  long walk(long linear, int access, boolean user, boolean overrideSmap) {
    ControlRegisters control = cpu.control;
    if (!control.pagingEnabled()) {
      readable = true;
      writable = true;
      executable = true;
      global = true;
      pageShift = 12;
      return linear;
    }
    long physical;
    if (control.longModeActive()) {
      physical = walkLong(linear, access, user, overrideSmap, control.cr3() & FRAME, 39, US | RW);
    } else if (control.pae()) {
      long pdpte = control.pdpte((int) (linear >>> 30) & 3);
      if ((pdpte & P) == 0) {
        throw pageFault(linear, access, user, 0);
      }
      physical = walkLong(linear, access, user, overrideSmap, pdpte & FRAME, 21, US | RW);
    } else {
      physical = walkLegacy(linear, access, user, overrideSmap);
    }
    return physical;
  }

  private long walkLong(
      long linear,
      int access,
      boolean user,
      boolean overrideSmap,
      long table,
      int shift,
      long rights) {
    ControlRegisters control = cpu.control;
    boolean nxEnabled = control.nxEnabled();
    boolean noExecute = false;
    while (true) {
      long address = table + ((linear >>> shift & 0x1ff) << 3);
      long entry = cpu.physical.busRead(address, 8);
      if ((entry & P) == 0) {
        throw pageFault(linear, access, user, 0);
      }
      boolean leaf = shift == 12 || (entry & PS) != 0 && shift < 39;
      long reserved = RESERVED | (nxEnabled ? 0 : NX);
      if (!control.longModeActive()) {
        reserved |= 0x7ff0_0000_0000_0000L;
      }
      if (leaf && shift > 12) {
        reserved |= (1L << shift) - 1 & ~0x1fffL;
      } else if (shift == 39) {
        reserved |= PS;
      }
      if ((entry & reserved) != 0) {
        throw pageFault(linear, access, user, ERROR_PRESENT | ERROR_RESERVED);
      }
      rights &= entry;
      noExecute |= entry < 0;
      if (leaf) {
        check(linear, access, user, overrideSmap, rights, noExecute);
        long update = entry | A | (access == WRITE ? D : 0);
        if (update != entry) {
          cpu.physical.busWrite(address, 8, update);
        }
        finish(update, user, overrideSmap, rights, noExecute, shift);
        long offsetMask = (1L << shift) - 1;
        return entry & FRAME & ~offsetMask | linear & offsetMask;
      }
      if ((entry & A) == 0) {
        cpu.physical.busWrite(address, 8, entry | A);
      }
      table = entry & FRAME;
      shift -= 9;
    }
  }

  private long walkLegacy(long linear, int access, boolean user, boolean overrideSmap) {
    ControlRegisters control = cpu.control;
    long directoryAddress = (control.cr3() & 0xffff_f000L) + (linear >>> 22 << 2);
    long entry = cpu.physical.busRead(directoryAddress, 4);
    if ((entry & P) == 0) {
      throw pageFault(linear, access, user, 0);
    }
    long rights = entry & (US | RW);
    if ((entry & PS) != 0 && control.pse()) {
      // PSE-36: bits 20-13 are address bits 39-32; bit 21 is reserved.
      if ((entry & 1 << 21) != 0) {
        throw pageFault(linear, access, user, ERROR_PRESENT | ERROR_RESERVED);
      }
      check(linear, access, user, overrideSmap, rights, false);
      long update = entry | A | (access == WRITE ? D : 0);
      if (update != entry) {
        cpu.physical.busWrite(directoryAddress, 4, update);
      }
      finish(update, user, overrideSmap, rights, false, 22);
      return (entry >>> 13 & 0xff) << 32 | entry & 0xffc0_0000L | linear & 0x3f_ffffL;
    }
    long tableAddress = (entry & 0xffff_f000L) + ((linear >>> 12 & 0x3ff) << 2);
    long leaf = cpu.physical.busRead(tableAddress, 4);
    if ((leaf & P) == 0) {
      throw pageFault(linear, access, user, 0);
    }
    rights &= leaf;
    check(linear, access, user, overrideSmap, rights, false);
    if ((entry & A) == 0) {
      cpu.physical.busWrite(directoryAddress, 4, entry | A);
    }
    long update = leaf | A | (access == WRITE ? D : 0);
    if (update != leaf) {
      cpu.physical.busWrite(tableAddress, 4, update);
    }
    finish(update, user, overrideSmap, rights, false, 12);
    return leaf & 0xffff_f000L | linear & 0xfff;
  }

  private void check(
      long linear, int access, boolean user, boolean overrideSmap, long rights, boolean noExecute) {
    ControlRegisters control = cpu.control;
    boolean userPage = (rights & US) != 0;
    boolean allowed;
    if (user) {
      allowed =
          userPage && (access != WRITE || (rights & RW) != 0) && (access != FETCH || !noExecute);
    } else if (access == FETCH) {
      allowed = !noExecute && !(userPage && control.smep());
    } else {
      allowed =
          !(userPage && control.smap() && !overrideSmap)
              && (access != WRITE || (rights & RW) != 0 || !control.writeProtect());
    }
    if (!allowed) {
      throw pageFault(linear, access, user, ERROR_PRESENT);
    }
  }

  private void finish(
      long leaf, boolean user, boolean overrideSmap, long rights, boolean noExecute, int shift) {
    ControlRegisters control = cpu.control;
    boolean userPage = (rights & US) != 0;
    // A fetch may fill the TLB for a page whose data its privilege may not touch.
    readable = user ? userPage : !(userPage && control.smap() && !overrideSmap);
    writable =
        readable && (leaf & D) != 0 && ((rights & RW) != 0 || !user && !control.writeProtect());
    executable = !noExecute && (user ? userPage : !(userPage && control.smep()));
    global = (leaf & G) != 0 && control.globalPages();
    pageShift = shift;
  }

  private GuestFault pageFault(long linear, int access, boolean user, int error) {
    if (access == WRITE) {
      error |= ERROR_WRITE;
    }
    if (user) {
      error |= ERROR_USER;
    }
    ControlRegisters control = cpu.control;
    if (access == FETCH && (control.nxEnabled() && control.pae() || control.smep())) {
      error |= ERROR_FETCH;
    }
    cpu.control.cr2(linear);
    return cpu.fault(GuestFault.PF, error);
  }

  /** The physical address of a linear one, or -1 if not mapped, whatever the rights; changes nothing. */
  long probe(long linear) {
    ControlRegisters control = cpu.control;
    if (!control.pagingEnabled()) {
      return linear & 0xffff_ffffL;
    }
    if (!control.longModeActive() && !control.pae()) {
      return probeLegacy(linear);
    }
    int shift = control.longModeActive() ? 39 : 21;
    long table = control.cr3() & FRAME;
    if (!control.longModeActive()) {
      long pdpte = control.pdpte((int) (linear >>> 30) & 3);
      if ((pdpte & P) == 0) {
        return -1;
      }
      table = pdpte & FRAME;
    }
    while (true) {
      long entry = cpu.physical.busRead(table + ((linear >>> shift & 0x1ff) << 3), 8);
      if ((entry & P) == 0) {
        return -1;
      }
      if (shift == 12 || (entry & PS) != 0 && shift < 39) {
        long offsetMask = (1L << shift) - 1;
        return entry & FRAME & ~offsetMask | linear & offsetMask;
      }
      table = entry & FRAME;
      shift -= 9;
    }
  }

  private long probeLegacy(long linear) {
    long entry = cpu.physical.busRead((cpu.control.cr3() & 0xffff_f000L) + (linear >>> 22 << 2), 4);
    if ((entry & P) == 0) {
      return -1;
    }
    if ((entry & PS) != 0 && cpu.control.pse()) {
      return (entry >>> 13 & 0xff) << 32 | entry & 0xffc0_0000L | linear & 0x3f_ffffL;
    }
    long leaf = cpu.physical.busRead((entry & 0xffff_f000L) + ((linear >>> 12 & 0x3ff) << 2), 4);
    return (leaf & P) == 0 ? -1 : leaf & 0xffff_f000L | linear & 0xfff;
  }
}
