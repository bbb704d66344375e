package org.paravane.platform.xenpvh;

import org.paravane.core.execution.Machine;
import org.paravane.platform.xen.XenDomain;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;

/** HYPERVISOR_hvm_op and the parameters it keeps. @abi xen/include/public/hvm/hvm_op.h, params.h */
final class HvmParameters implements Hypercall {
  private static final int SET_PARAM = 0;
  private static final int GET_PARAM = 1;
  private static final int PAGETABLE_DYING = 9;
  private static final int GET_TIME = 10;
  private static final int GET_MEM_TYPE = 15;
  private static final int SET_EVTCHN_UPCALL_VECTOR = 23;
  private static final int LEAST_VECTOR = 0x10;

  private static final int CALLBACK_IRQ = 0;
  private static final int STORE_PFN = 1;
  private static final int STORE_EVTCHN = 2;
  private static final int CONSOLE_PFN = 17;
  private static final int CONSOLE_EVTCHN = 18;
  private static final int PARAMETERS = 39;
  private static final int CALLBACK_BY_VECTOR = 2;
  private static final int MEM_TYPE_RAM = 0;
  private static final int MEM_TYPE_MMIO = 2;

  private final Machine machine;
  private final XenDomain domain;
  private final long[] values = new long[PARAMETERS];
  private final int[] upcallVectors;

  HvmParameters(Machine machine, XenDomain domain, XenDomain.Pages pages) {
    this.machine = machine;
    upcallVectors = new int[machine.cpus().size()];
    this.domain = domain;
    values[STORE_PFN] = pages.store() >>> 12;
    values[STORE_EVTCHN] = domain.storePort();
    values[CONSOLE_PFN] = pages.console() >>> 12;
    values[CONSOLE_EVTCHN] = domain.consolePort();
  }

  /** The vector of event-channel upcalls, or -1 as long as there is none. */
  int callbackVector() {
    long via = values[CALLBACK_IRQ];
    return via >>> 56 == CALLBACK_BY_VECTOR ? (int) via & 0xff : -1;
  }

  /** The vector that a processor's events raise at its local APIC, or 0 if they come through the callback vector. */
  int upcallVector(int vcpu) {
    return upcallVectors[vcpu];
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    switch ((int) arguments[0]) {
      case SET_PARAM -> {
        int index = guest.read32(at + 4);
        long refusal = refusal(guest, at, index);
        if (refusal != 0) {
          return refusal;
        }
        values[index] = guest.read64(at + 8);
        if (index == CALLBACK_IRQ) {
          domain.layOutSharedInfo(guest.narrow());
        }
        machine.cpus().forEach(cpu -> cpu.attention());
      }
      case GET_PARAM -> {
        int index = guest.read32(at + 4);
        long refusal = refusal(guest, at, index);
        if (refusal != 0) {
          return refusal;
        }
        guest.write64(at + 8, values[index]);
      }
      case PAGETABLE_DYING -> {
        // Only shadow paging has a use for it.
        return -Errno.EINVAL;
      }
      case GET_TIME -> guest.write64(at, machine.nanos());
      case GET_MEM_TYPE -> {
        boolean ram = machine.memory().ramOffset(guest.read64(at + 8) << 12) >= 0;
        guest.write16(at + 2, ram ? MEM_TYPE_RAM : MEM_TYPE_MMIO);
      }
      case SET_EVTCHN_UPCALL_VECTOR -> {
        int vcpu = guest.read32(at);
        int vector = guest.read8(at + 4);
        if (vector < LEAST_VECTOR) {
          return -Errno.EINVAL;
        }
        if (vcpu < 0 || vcpu >= upcallVectors.length) {
          return -Errno.ENOENT;
        }
        upcallVectors[vcpu] = vector;
        domain.processor(vcpu).raiseAgain();
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private static long refusal(GuestSpace guest, long at, int index) {
    if (!Domid.isSelf(guest.read16(at))) {
      return -Errno.EPERM;
    }
    return index < 0 || index >= PARAMETERS ? -Errno.EINVAL : 0;
  }
}
