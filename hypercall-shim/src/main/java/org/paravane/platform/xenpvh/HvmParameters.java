package org.paravane.platform.xenpvh;

import java.util.BitSet;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.xen.VirtualProcessor;
import org.paravane.platform.xen.XenDomain;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;

/** HYPERVISOR_hvm_op and the parameters it keeps. @abi xen/include/public/hvm/hvm_op.h, params.h, xen/arch/x86/hvm/hvm.c */
final class HvmParameters implements Hypercall {
  private static final int SET_PARAM = 0;
  private static final int GET_PARAM = 1;
  private static final int FLUSH_TLBS = 5;
  private static final int PAGETABLE_DYING = 9;
  private static final int GET_TIME = 10;
  private static final int GET_MEM_TYPE = 15;
  private static final int SET_EVTCHN_UPCALL_VECTOR = 23;
  private static final int LEAST_VECTOR = 0x10;

  private static final int CALLBACK_IRQ = 0;
  private static final int STORE_PFN = 1;
  private static final int STORE_EVTCHN = 2;
  private static final int VM86_TSS = 15;
  private static final int CONSOLE_PFN = 17;
  private static final int CONSOLE_EVTCHN = 18;
  private static final int ACPI_IOPORTS_LOCATION = 19;
  private static final int VM_GENERATION_ID_ADDR = 34;
  private static final int ALTP2M = 35;
  private static final int X87_FIP_WIDTH = 36;
  private static final int VM86_TSS_SIZED = 37;
  private static final int PARAMETERS = 39;
  private static final BitSet SET_BY_GUEST =
      bits(
          CALLBACK_IRQ,
          STORE_EVTCHN,
          VM86_TSS,
          CONSOLE_EVTCHN,
          ACPI_IOPORTS_LOCATION,
          VM_GENERATION_ID_ADDR,
          X87_FIP_WIDTH,
          VM86_TSS_SIZED);
  private static final BitSet READ_BY_GUEST = withAll(SET_BY_GUEST, STORE_PFN, CONSOLE_PFN, ALTP2M);
  private static final BitSet DEPRECATED = bits(4, 13, 20, 21, 22, 23, 24, 25, 26, 30);

  private static final int CALLBACK_BY_VECTOR = 2;
  private static final int MEM_TYPE_RAM = 0;
  private static final int MEM_TYPE_MMIO = 2;

  /** Bytes of a TSS with nothing behind it, and of one with all its bitmaps: limits of what a guest may say. */
  private static final int LEAST_TSS = 104;

  private static final int MOST_TSS = LEAST_TSS + 0x100 / 8 + 0x10000 / 8 + 1;
  private static final long OLD_TSS = 128;

  private final Machine machine;
  private final XenDomain domain;
  private final PvhMemory physmap;
  private final long[] values = new long[PARAMETERS];
  private final int[] upcallVectors;
  private int callbackVector = -1;

  HvmParameters(Machine machine, XenDomain domain, PvhMemory physmap, XenDomain.Pages pages) {
    this.machine = machine;
    this.domain = domain;
    this.physmap = physmap;
    upcallVectors = new int[machine.cpus().size()];
    values[STORE_PFN] = pages.store() >>> 12;
    values[STORE_EVTCHN] = domain.storePort();
    values[CONSOLE_PFN] = pages.console() >>> 12;
    values[CONSOLE_EVTCHN] = domain.consolePort();
  }

  private static BitSet bits(int... positions) {
    return withAll(new BitSet(), positions);
  }

  private static BitSet withAll(BitSet set, int... positions) {
    BitSet all = (BitSet) set.clone();
    for (int position : positions) {
      all.set(position);
    }
    return all;
  }

  /** The vector of event-channel upcalls, or -1 as long as there is none. */
  int callbackVector() {
    return callbackVector;
  }

  /** The vector that a processor's events raise at its local APIC, or 0 if they come through the callback vector alone. */
  int upcallVector(int vcpu) {
    return upcallVectors[vcpu];
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    switch ((int) arguments[0]) {
      case SET_PARAM -> set(guest, parameter(guest, at, SET_BY_GUEST), guest.read64(at + 8));
      case GET_PARAM -> guest.write64(at + 8, values[parameter(guest, at, READ_BY_GUEST)]);
      case FLUSH_TLBS -> {
        if (at != 0) {
          return -Errno.EINVAL;
        }
        machine.cpus().forEach(cpu -> cpu.memory.flushAll());
      }
      case PAGETABLE_DYING -> {
        // Only shadow paging has a use for it.
        Domid.requireSelf(guest.read16(at));
        return -Errno.EINVAL;
      }
      case GET_TIME -> guest.write64(at, machine.nanos());
      case GET_MEM_TYPE -> {
        Domid.requireSelf(guest.read16(at));
        boolean ram = physmap.present(guest.read64(at + 8));
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

  /** The index of a parameter that the guest may have its way with. */
  private static int parameter(GuestSpace guest, long at, BitSet permitted) {
    int index = guest.read32(at + 4);
    guest.read64(at + 8);
    if (index < 0 || index >= PARAMETERS) {
      throw new XenError(Errno.EINVAL);
    }
    Domid.requireSelf(guest.read16(at));
    if (!permitted.get(index)) {
      throw new XenError(DEPRECATED.get(index) ? Errno.EINVAL : Errno.EPERM);
    }
    return index;
  }

  private void set(GuestSpace guest, int index, long value) {
    switch (index) {
      case CALLBACK_IRQ -> {
        callBack(value);
        domain.layOutSharedInfo(guest.narrow());
        values[index] = value;
      }
      case ACPI_IOPORTS_LOCATION -> throw new XenError(Errno.ENODEV);
      case X87_FIP_WIDTH -> {
        if (value != 0 && value != 4 && value != 8) {
          throw new XenError(Errno.EINVAL);
        }
        values[index] = value;
      }
      case VM86_TSS -> {
        requireOrCrash(value >>> 32 == 0);
        taskState(value == 0 ? 0 : OLD_TSS << 32 | value);
      }
      case VM86_TSS_SIZED -> {
        requireOrCrash(value >>> 32 >= LEAST_TSS);
        taskState(Math.min(value >>> 32, MOST_TSS) << 32 | value & 0xffff_ffffL);
      }
      default -> values[index] = value;
    }
  }

  private void taskState(long sized) {
    values[VM86_TSS_SIZED] = sized;
    values[VM86_TSS] = sized & 0xffff_ffffL;
  }

  private void requireOrCrash(boolean condition) {
    if (!condition) {
      machine.exit(new ExitReason.GuestCrash("Xen HVMOP_set_param, a bad task state segment"));
      throw new XenError(Errno.EINVAL);
    }
  }

  /**
   * A vector is the only way to be called back: Xen takes a GSI or PCI INTx to heart only if the guest has 8259s and an I/O
   * APIC, and PVH guests have neither.
   */
  private void callBack(long via) {
    if (via >>> 56 == CALLBACK_BY_VECTOR) {
      callbackVector = (int) via & 0xff;
      for (int i = 0; i < upcallVectors.length; i++) {
        VirtualProcessor processor = domain.processor(i);
        if (processor.online()) {
          processor.raiseAgain();
        }
      }
    }
  }
}
