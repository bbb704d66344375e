package org.paravane.platform.xen;

import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;
import org.paravane.platform.xen.event.SharedInfoLayout;

/** HYPERVISOR_vcpu_op. @abi xen/include/public/vcpu.h */
final class VcpuCall implements Hypercall {
  private static final int INITIALISE = 0;
  private static final int UP = 1;
  private static final int DOWN = 2;
  private static final int IS_UP = 3;
  private static final int GET_RUNSTATE_INFO = 4;
  private static final int REGISTER_RUNSTATE_MEMORY_AREA = 5;
  private static final int SET_PERIODIC_TIMER = 6;
  private static final int STOP_PERIODIC_TIMER = 7;
  private static final int SET_SINGLESHOT_TIMER = 8;
  private static final int STOP_SINGLESHOT_TIMER = 9;
  private static final int REGISTER_VCPU_INFO = 10;
  private static final int SEND_NMI = 11;
  private static final int GET_PHYSID = 12;
  private static final int REGISTER_VCPU_TIME_MEMORY_AREA = 13;
  private static final long SHORTEST_PERIOD_NANOS = 1_000_000;
  private static final long LONGEST_PERIOD_NANOS = (1L << 62) - 1;
  private static final int PAGE = 4096;

  private final PhysicalMemory memory;
  private final XenDomain domain;
  private final int vcpus;

  VcpuCall(PhysicalMemory memory, XenDomain domain, int vcpus) {
    this.memory = memory;
    this.domain = domain;
    this.vcpus = vcpus;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long number = arguments[1] & 0xffff_ffffL;
    if (number >= vcpus) {
      return -Errno.ENOENT;
    }
    int id = (int) number;
    VirtualProcessor target = domain.processor(id);
    long at = arguments[2];
    switch ((int) arguments[0]) {
      case INITIALISE -> {
        // The state is copied before anything else.
        guest.read64(at);
        if (target.initialised()) {
          return -Errno.EEXIST;
        }
        domain.initialise(target, guest, at);
        target.online(false);
      }
      case UP -> {
        if (!target.initialised()) {
          return -Errno.EINVAL;
        }
        if (!target.online()) {
          target.online(true);
        }
      }
      case DOWN -> domain.takeOff(target, "Xen VCPUOP_down of its last processor");
      case IS_UP -> {
        return target.online() ? 1 : 0;
      }
      case GET_RUNSTATE_INFO -> target.runstate().copyTo(guest, at);
      case REGISTER_RUNSTATE_MEMORY_AREA -> target.runstate().register(guest, guest.readWord(at));
      case SET_PERIODIC_TIMER -> {
        long period = guest.read64(at);
        if (period < SHORTEST_PERIOD_NANOS || period > LONGEST_PERIOD_NANOS) {
          return -Errno.EINVAL;
        }
        target.periodic(period);
      }
      case STOP_PERIODIC_TIMER -> target.stopPeriodic();
      case SET_SINGLESHOT_TIMER -> {
        if (id != guest.vcpu()) {
          return -Errno.EINVAL;
        }
        target.singleshotOrNow(guest.read64(at));
      }
      case STOP_SINGLESHOT_TIMER -> {
        if (id != guest.vcpu()) {
          return -Errno.EINVAL;
        }
        target.stopSingleshot();
      }
      case REGISTER_VCPU_INFO ->
          registerInfo(id == guest.vcpu(), target, guest.read64(at), guest.read32(at + 8));
      case SEND_NMI -> {
        if (at != 0) {
          return -Errno.EINVAL;
        }
        target.cpu().events.nmi();
        target.kick();
      }
      case GET_PHYSID -> {
        // Only a host that is pinned to its processors may ask.
        return -Errno.EINVAL;
      }
      case REGISTER_VCPU_TIME_MEMORY_AREA -> registerTime(guest, guest.readWord(at));
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private void registerInfo(boolean own, VirtualProcessor target, long frame, int offset) {
    SharedInfoLayout layout = domain.events().layout();
    boolean inPage =
        offset >= 0
            && offset <= PAGE - VirtualProcessor.INFO_BYTES
            && (offset & layout.wordBytes() - 1) == 0;
    if (!inPage) {
      throw new XenError(Errno.ENXIO);
    }
    boolean ready = !target.infoRegistered() && (own || !target.online());
    if (!ready || !domain.writableFrames().use(frame)) {
      throw new XenError(Errno.EINVAL);
    }
    target.registerInfo((frame << 12) + offset, layout);
  }

  private void registerTime(GuestSpace guest, long linear) {
    long first = guest.physical(linear);
    if ((linear & 7) != 0
        || first < 0
        || guest.physical(linear + 31) != first + 31
        || !domain.writableFrames().writable(first >>> 12)) {
      throw new XenError(Errno.EFAULT);
    }
    XenTime.writeTimeInfo(memory, first);
  }
}
