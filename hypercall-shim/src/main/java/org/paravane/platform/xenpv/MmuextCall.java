package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;

/**
 * HYPERVISOR_mmuext_op.
 *
 * <pre>00 cmd 4   08 mfn or linear address 8   10 nr_ents 4, vcpumask 8 or src_mfn 8</pre>
 *
 * @abi xen/include/public/xen.h
 */
final class MmuextCall implements Hypercall {
  private static final int PIN_L1_TABLE = 0;
  private static final int PIN_L4_TABLE = 3;
  private static final int UNPIN_TABLE = 4;
  private static final int NEW_BASEPTR = 5;
  private static final int TLB_FLUSH_LOCAL = 6;
  private static final int INVLPG_LOCAL = 7;
  private static final int TLB_FLUSH_MULTI = 8;
  private static final int INVLPG_MULTI = 9;
  private static final int TLB_FLUSH_ALL = 10;
  private static final int INVLPG_ALL = 11;
  private static final int FLUSH_CACHE = 12;
  private static final int SET_LDT = 13;
  private static final int NEW_USER_BASEPTR = 15;
  private static final int CLEAR_PAGE = 16;
  private static final int COPY_PAGE = 17;
  private static final int FLUSH_CACHE_GLOBAL = 18;
  private static final int MARK_SUPER = 19;
  private static final int UNMARK_SUPER = 20;

  private static final int OPERATION_BYTES = 24;
  private static final long MOST_OPERATIONS = 1 << 20;
  private final PvMachine machine;
  private final FrameTypes types;

  MmuextCall(PvMachine machine, FrameTypes types) {
    this.machine = machine;
    this.types = types;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long count = arguments[1] & 0xffff_ffffL;
    if (count > MOST_OPERATIONS) {
      return -Errno.EINVAL;
    }
    if (!Domid.isSelf((int) arguments[3])) {
      return -Errno.ESRCH;
    }
    long done = 0;
    long result = 0;
    while (done < count && result == 0) {
      long at = arguments[0] + done * OPERATION_BYTES;
      try {
        result = operate(guest, guest.read32(at), guest.read64(at + 8), guest.read64(at + 16));
      } catch (XenError | GuestFault error) {
        result = -Errno.EFAULT;
      }
      done += result == 0 ? 1 : 0;
    }
    if (arguments[2] != 0) {
      guest.write32(arguments[2], (int) done);
    }
    return result;
  }

  private long operate(GuestSpace guest, int command, long value, long second) {
    PvProcessor caller = machine.processor(guest.vcpu());
    Cpu cpu = caller.cpu();
    switch (command) {
      case PIN_L1_TABLE, PIN_L1_TABLE + 1, PIN_L1_TABLE + 2, PIN_L4_TABLE -> {
        return types.pin(value, command + 1);
      }
      case UNPIN_TABLE -> {
        return types.unpin(value);
      }
      case NEW_BASEPTR -> {
        return caller.newKernelRoot(value);
      }
      case NEW_USER_BASEPTR -> {
        return caller.newUserRoot(value);
      }
      case TLB_FLUSH_LOCAL -> cpu.memory.flushAll();
      case INVLPG_LOCAL -> cpu.memory.flushPage(value);
      case TLB_FLUSH_MULTI, INVLPG_MULTI -> {
        return flushMany(guest, command == INVLPG_MULTI, value, second);
      }
      case TLB_FLUSH_ALL, INVLPG_ALL ->
          machine.cpus().forEach(other -> flush(other, command == INVLPG_ALL, value));
      case FLUSH_CACHE -> {
        // For domains with devices.
        return -Errno.EACCES;
      }
      case FLUSH_CACHE_GLOBAL -> {
        return -Errno.EINVAL;
      }
      case SET_LDT -> {
        return caller.localDescriptors().set(value, second & 0xffff_ffffL);
      }
      case CLEAR_PAGE -> {
        long result = types.begin(value, FrameTypes.WRITABLE);
        if (result == 0) {
          machine.memory().zero(value << 12, MachineFrames.PAGE);
          types.end(value);
        }
        return result;
      }
      case COPY_PAGE -> {
        return copy(second, value);
      }
      case MARK_SUPER, UNMARK_SUPER -> {
        return -Errno.EOPNOTSUPP;
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private long copy(long from, long to) {
    if (!types.owned(from)) {
      return -Errno.EINVAL;
    }
    long result = types.begin(to, FrameTypes.WRITABLE);
    if (result == 0) {
      byte[] page = new byte[MachineFrames.PAGE];
      machine.memory().read(from << 12, page, 0, page.length);
      machine.memory().write(to << 12, page, 0, page.length);
      types.end(to);
    }
    return result;
  }

  private long flushMany(GuestSpace guest, boolean page, long linear, long mask) {
    try {
      for (Cpu other : machine.cpus()) {
        if (machine.inMask(guest, mask, other.id)) {
          flush(other, page, linear);
        }
      }
      return 0;
    } catch (XenError | GuestFault error) {
      return -Errno.EINVAL;
    }
  }

  private static void flush(Cpu cpu, boolean page, long linear) {
    if (page) {
      cpu.memory.flushPage(linear);
    } else {
      cpu.memory.flushAll();
    }
  }
}
