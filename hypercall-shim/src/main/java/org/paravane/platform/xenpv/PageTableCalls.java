package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.XenError;

/** HYPERVISOR_mmu_update and HYPERVISOR_update_va_mapping. @abi xen/include/public/xen.h */
final class PageTableCalls {
  private static final int NORMAL_PT_UPDATE = 0;
  private static final int PT_UPDATE_PRESERVE_AD = 2;
  private static final int PT_UPDATE_NO_TRANSLATE = 3;
  private static final int REQUEST_BYTES = 16;
  private static final long MOST_REQUESTS = 1 << 20;
  private static final long ACCESSED_DIRTY = 0x60;
  private static final long PRESENT = 1;
  private static final long FRAME_MASK = 0x000f_ffff_ffff_f000L;
  private static final long INVALID_FRAME = FRAME_MASK >>> 12;
  private static final int FLUSH_TYPE = 3;
  private static final int FLUSH_TLB = 1;
  private static final int FLUSH_PAGE = 2;

  private final PvMachine machine;
  private final PhysicalMemory memory;
  private final MachineFrames frames;
  private final TableTypes types;

  PageTableCalls(PvMachine machine, MachineFrames frames, TableTypes types) {
    this.machine = machine;
    this.frames = frames;
    this.types = types;
    memory = machine.memory();
  }

  /** Requests of {u64 ptr, u64 val}; the low bits of ptr say what to do. */
  long update(GuestSpace guest, long[] arguments) {
    long list = arguments[0];
    long count = arguments[1] & 0xffff_ffffL;
    long doneAt = arguments[2];
    if (count > MOST_REQUESTS) {
      return -Errno.EINVAL;
    }
    if ((arguments[3] >>> 16 & 0xffff) != 0 || !Domid.isSelf((int) arguments[3])) {
      throw new XenError(Errno.ESRCH);
    }
    long done = 0;
    long result = 0;
    boolean upperChanged = false;
    try {
      for (; done < count && result == 0; done++) {
        long pointer = guest.read64(list + done * REQUEST_BYTES);
        long value = guest.read64(list + done * REQUEST_BYTES + 8);
        long frame = pointer >>> 12;
        if (!frames.exists(frame)) {
          result = -Errno.EINVAL;
          break;
        }
        int kind = (int) pointer & 3;
        switch (kind) {
          case NORMAL_PT_UPDATE, PT_UPDATE_PRESERVE_AD, PT_UPDATE_NO_TRANSLATE -> {
            result = store(pointer & ~7L, value, kind == PT_UPDATE_PRESERVE_AD);
            upperChanged |= types.level(frame) != 1;
          }
          default -> // MMU_MACHPHYS_UPDATE
              frames.machineToPhysical(frame, value);
        }
        if (result != 0) {
          break;
        }
      }
    } finally {
      if (upperChanged) {
        machine.flushAll();
      }
    }
    if (doneAt != 0) {
      guest.write32(doneAt, (int) done);
    }
    return result;
  }

  private long store(long address, long value, boolean preserve) {
    int level = types.level(address >>> 12);
    int slot = (int) (address >>> 3) & 0x1ff;
    if (level == 4 && slot >= 256 && slot < 272) {
      return -Errno.EINVAL;
    }
    if ((value & PRESENT) != 0) {
      long target = (value & FRAME_MASK) >>> 12;
      if (!frames.exists(target)) {
        // What is no memory may be a device's, to which this domain has no right.
        return level > 1 || target == INVALID_FRAME ? -Errno.EINVAL : -Errno.EPERM;
      }
      if (level > 1) {
        types.mark(target, level - 1);
      }
    }
    long old = memory.busRead(address, 8);
    memory.busWrite(address, 8, preserve ? value | old & ACCESSED_DIRTY : value);
    return 0;
  }

  /** Replaces the L1 entry that maps an address in the current tables. */
  long updateVaMapping(GuestSpace guest, long[] arguments) {
    long linear = arguments[0];
    PvProcessor caller = machine.processor(guest.vcpu());
    long entry = entryAddress(caller.kernelRoot, linear);
    if (entry < 0) {
      return -Errno.EINVAL;
    }
    long result = store(entry, arguments[1], false);
    if (result != 0) {
      return result;
    }
    long flags = arguments[2];
    int type = (int) flags & FLUSH_TYPE;
    if (type == FLUSH_TLB || type == FLUSH_PAGE) {
      long who = flags & ~FLUSH_TYPE;
      for (Cpu cpu : machine.cpus()) {
        boolean concerned =
            who == 4 || (who == 0 ? cpu.id == guest.vcpu() : machine.inMask(guest, who, cpu.id));
        if (concerned) {
          if (type == FLUSH_TLB) {
            cpu.memory.flushAll();
          } else {
            cpu.memory.flushPage(linear);
          }
        }
      }
    }
    return 0;
  }

  /** Machine address of the L1 entry for a linear address, or -1. */
  long entryAddress(long root, long linear) {
    boolean hypervisors =
        linear >= GuestSpace.HYPERVISOR_START && linear < GuestSpace.HYPERVISOR_END;
    if (hypervisors || linear << 16 >> 16 != linear) {
      return -1;
    }
    long table = root;
    for (int shift = 39; shift > 12; shift -= 9) {
      long entry = memory.busRead(table + ((linear >>> shift & 0x1ff) << 3), 8);
      if ((entry & PRESENT) == 0 || !frames.exists((entry & FRAME_MASK) >>> 12)) {
        return -1;
      }
      table = entry & FRAME_MASK;
    }
    return table + ((linear >>> 12 & 0x1ff) << 3);
  }
}
