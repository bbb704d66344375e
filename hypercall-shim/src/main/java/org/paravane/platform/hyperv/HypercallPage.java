package org.paravane.platform.hyperv;

import org.paravane.core.memory.GuestMemory;

/**
 * GUEST_OS_ID and HYPERCALL (TLFS 3.13): once a guest has said who it is, it may have a page filled with the code that makes
 * a hypercall. The page is written, not laid over RAM: what was there before is gone.
 */
final class HypercallPage {
  private static final long ENABLED = 1;
  private static final long LOCKED = 2;
  private static final long PAGE_BYTES = 4096;

  /** VMCALL, RET. */
  private static final byte[] CODE = {0x0f, 0x01, (byte) 0xc1, (byte) 0xc3};

  private final GuestMemory memory;
  private long guestOsId;
  private long msr;

  HypercallPage(GuestMemory memory) {
    this.memory = memory;
  }

  long guestOsId() {
    return guestOsId;
  }

  /** A guest that is nobody has no hypercalls. */
  void guestOsId(long value) {
    guestOsId = value;
    if (value == 0) {
      msr &= ~ENABLED;
    }
  }

  long msr() {
    return msr;
  }

  boolean enabled() {
    return (msr & ENABLED) != 0;
  }

  /** Writes HYPERCALL; false if the page is not RAM. A locked register stays as it is. */
  boolean write(long value) {
    if ((msr & LOCKED) != 0) {
      return true;
    }
    long accepted = guestOsId == 0 ? value & ~ENABLED : value;
    long page = accepted & -PAGE_BYTES;
    if ((accepted & ENABLED) != 0) {
      if (!memory.contains(page, PAGE_BYTES)) {
        return false;
      }
      memory.zero(page, PAGE_BYTES);
      memory.write(page, CODE, 0, CODE.length);
    }
    msr = accepted;
    return true;
  }
}
