package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.XenError;

/** HYPERVISOR_mmu_update and HYPERVISOR_update_va_mapping. @abi xen/include/public/xen.h */
final class PageTableCalls {
  private static final int NORMAL_PT_UPDATE = 0;
  private static final int MACHPHYS_UPDATE = 1;
  private static final int PT_UPDATE_PRESERVE_AD = 2;
  private static final int PT_UPDATE_NO_TRANSLATE = 3;
  private static final int KIND = 7;
  private static final int REQUEST_BYTES = 16;
  private static final long MOST_REQUESTS = 1 << 20;
  private static final int FLUSH_TYPE = 3;
  private static final int FLUSH_TLB = 1;
  private static final int FLUSH_PAGE = 2;

  private final PvMachine machine;
  private final PhysicalMemory memory;
  private final MachineFrames frames;
  private final FrameTypes types;
  private final TableEntries entries;

  PageTableCalls(PvMachine machine, MachineFrames frames, FrameTypes types, TableEntries entries) {
    this.machine = machine;
    this.frames = frames;
    this.types = types;
    this.entries = entries;
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
    while (done < count && result == 0) {
      long at = list + done * REQUEST_BYTES;
      try {
        result = update(guest.read64(at), guest.read64(at + 8));
      } catch (XenError | GuestFault error) {
        result = -Errno.EFAULT;
      }
      done += result == 0 ? 1 : 0;
    }
    if (doneAt != 0) {
      guest.write32(doneAt, (int) done);
    }
    return result;
  }

  private long update(long pointer, long value) {
    int kind = (int) pointer & KIND;
    long address = pointer & ~KIND;
    long frame = address >>> 12;
    switch (kind) {
      case NORMAL_PT_UPDATE, PT_UPDATE_PRESERVE_AD, PT_UPDATE_NO_TRANSLATE -> {
        return types.owned(frame)
            ? store(address, value, kind == PT_UPDATE_PRESERVE_AD)
            : -Errno.EINVAL;
      }
      case MACHPHYS_UPDATE -> {
        if (!types.owned(frame)) {
          return -Errno.EINVAL;
        }
        frames.machineToPhysical(frame, value);
        return 0;
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
  }

  private long store(long address, long value, boolean preserve) {
    long frame = address >>> 12;
    int type = types.typeInUse(frame);
    if (type >= 1 && type <= FrameTypes.L4) {
      return entries.replace(address, value, preserve);
    }
    // Other memory may be written to like this if it may be mapped writable.
    long result = types.begin(frame, FrameTypes.WRITABLE);
    if (result == 0) {
      memory.busWrite(address, 8, value);
      types.end(frame);
    }
    return result;
  }

  /** Replaces the L1 entry that maps an address in the current tables. */
  long updateVaMapping(GuestSpace guest, long[] arguments) {
    long linear = arguments[0];
    PvProcessor caller = machine.processor(guest.vcpu());
    long entry = GuestTables.entryAddress(memory, caller.kernelRoot(), linear);
    if (entry < 0 || types.typeInUse(entry >>> 12) != 1) {
      return -Errno.EINVAL;
    }
    long result = entries.replace(entry, arguments[1], false);
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
}
