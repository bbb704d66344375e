package org.paravane.platform.xen;

import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;

/**
 * HYPERVISOR_multicall: entries of {u64 op, i64 result, u64 args[6]}, or of half that width from 32-bit code.
 *
 * @abi xen/include/public/xen.h, xen/include/xen/multicall.h
 */
final class MulticallCall implements Hypercall {
  private static final int ENTRY_WORDS = 8;
  private static final int ARGUMENTS = 6;
  private static final int MOST_ENTRIES = 0x10000;

  private final Hypercalls hypercalls;
  private final XenDomain domain;

  MulticallCall(Hypercalls hypercalls, XenDomain domain) {
    this.hypercalls = hypercalls;
    this.domain = domain;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long count = arguments[1] & 0xffff_ffffL;
    if (count > MOST_ENTRIES) {
      return -Errno.EINVAL;
    }
    VirtualProcessor caller = domain.processor(guest.vcpu());
    long[] entry = new long[ARGUMENTS];
    for (long i = 0; i < count; i++) {
      int word = guest.wordBytes();
      long at = arguments[0] + i * ENTRY_WORDS * word;
      long number = guest.readWord(at);
      for (int j = 0; j < ARGUMENTS; j++) {
        entry[j] = guest.readWord(at + (2L + j) * word);
      }
      boolean nests = number == Hypercalls.MULTICALL || number == Hypercalls.IRET;
      guest.writeWord(at + word, nests ? -Errno.EINVAL : hypercalls.call(caller, number, entry));
    }
    return 0;
  }
}
