package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
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

  private static final int OPERATION_BYTES = 24;
  private static final long MOST_OPERATIONS = 1 << 20;
  private static final int MOST_LDT_ENTRIES = 8192;
  private static final int LDT_RIGHTS = Segments.RIGHT_P | 2;
  private static final int LDT_SELECTOR = 0xe050;

  private final PvMachine machine;
  private final MachineFrames frames;
  private final TableTypes types;

  MmuextCall(PvMachine machine, MachineFrames frames, TableTypes types) {
    this.machine = machine;
    this.frames = frames;
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
      } catch (XenError error) {
        result = -error.errno();
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
        return types.pin(frame(value), command + 1) ? 0 : -Errno.EINVAL;
      }
      case UNPIN_TABLE -> {
        return types.unpin(frame(value)) ? 0 : -Errno.EINVAL;
      }
      case NEW_BASEPTR -> {
        types.mark(frame(value), 4);
        caller.kernelRoot(value << 12);
        cpu.memory.flushAll();
      }
      case NEW_USER_BASEPTR -> {
        if (value != 0) {
          types.mark(frame(value), 4);
        }
        caller.userRoot(value << 12);
      }
      case TLB_FLUSH_LOCAL -> cpu.memory.flushAll();
      case INVLPG_LOCAL -> cpu.memory.flushPage(value);
      case TLB_FLUSH_MULTI, INVLPG_MULTI -> {
        for (Cpu other : machine.cpus()) {
          if (machine.inMask(guest, second, other.id)) {
            flush(other, command == INVLPG_MULTI, value);
          }
        }
      }
      case TLB_FLUSH_ALL, INVLPG_ALL ->
          machine.cpus().forEach(other -> flush(other, command == INVLPG_ALL, value));
      case FLUSH_CACHE, FLUSH_CACHE_GLOBAL -> {
        // There are no caches to see.
      }
      case SET_LDT -> {
        return setLdt(cpu, value, second & 0xffff_ffffL);
      }
      case CLEAR_PAGE -> machine.memory().zero(frame(value) << 12, MachineFrames.PAGE);
      case COPY_PAGE -> {
        byte[] page = new byte[MachineFrames.PAGE];
        machine.memory().read(frame(second) << 12, page, 0, page.length);
        machine.memory().write(frame(value) << 12, page, 0, page.length);
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private long frame(long value) {
    if (!frames.exists(value)) {
      throw new XenError(Errno.EINVAL);
    }
    return value;
  }

  private static void flush(Cpu cpu, boolean page, long linear) {
    if (page) {
      cpu.memory.flushPage(linear);
    } else {
      cpu.memory.flushAll();
    }
  }

  private static long setLdt(Cpu cpu, long linear, long entries) {
    if (entries > MOST_LDT_ENTRIES
        || (linear & MachineFrames.PAGE - 1) != 0
        || linear << 16 >> 16 != linear) {
      return -Errno.EINVAL;
    }
    if (entries == 0) {
      cpu.segments.set(Segments.LDTR, 0, 0, 0, Segments.RIGHT_UNUSABLE);
    } else {
      cpu.segments.set(Segments.LDTR, LDT_SELECTOR, linear, (int) entries * 8 - 1, LDT_RIGHTS);
    }
    return 0;
  }
}
