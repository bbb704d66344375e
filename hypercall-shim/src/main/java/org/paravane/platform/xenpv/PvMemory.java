package org.paravane.platform.xenpv;

import java.util.BitSet;
import java.util.List;
import org.paravane.platform.xen.GuestMemoryMap;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;

/** HYPERVISOR_memory_op of a guest that knows machine frames. @abi xen/include/public/memory.h */
final class PvMemory implements Hypercall {
  private static final int INCREASE_RESERVATION = 0;
  private static final int DECREASE_RESERVATION = 1;
  private static final int MAXIMUM_RAM_PAGE = 2;
  private static final int CURRENT_RESERVATION = 3;
  private static final int MAXIMUM_RESERVATION = 4;
  private static final int POPULATE_PHYSMAP = 6;
  private static final int MEMORY_MAP = 9;
  private static final int MACHPHYS_MAPPING = 12;
  private static final int SET_MEMORY_MAP = 13;
  private static final int MAXIMUM_GPFN = 14;
  private static final int E820_RAM = 1;
  private static final int MOST_ORDER = 9;

  private final PvMachine machine;
  private final MachineFrames frames;

  private final GuestMemoryMap map;

  /** Frames that the guest has given back. */
  private final BitSet free = new BitSet();

  PvMemory(PvMachine machine, MachineFrames frames) {
    this.machine = machine;
    this.frames = frames;
    long bytes = (long) frames.guest().pages() * MachineFrames.PAGE;
    map = new GuestMemoryMap(List.of(new GuestMemoryMap.Entry(0, bytes, E820_RAM)));
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    // The bits above the command tell where an interrupted call continues.
    switch ((int) arguments[0] & 0x3f) {
      case INCREASE_RESERVATION -> {
        return increase(guest, at);
      }
      case DECREASE_RESERVATION -> {
        return decrease(guest, at);
      }
      case POPULATE_PHYSMAP -> {
        return populate(guest, at);
      }
      case MAXIMUM_RAM_PAGE -> {
        return frames.highestFrame();
      }
      case CURRENT_RESERVATION -> {
        requireSelf(guest.read16(at));
        return (long) frames.guest().pages() - free.cardinality();
      }
      case MAXIMUM_RESERVATION -> {
        requireSelf(guest.read16(at));
        return frames.guest().pages();
      }
      case MAXIMUM_GPFN -> {
        requireSelf(guest.read16(at));
        return frames.guest().pages() - 1L;
      }
      case MEMORY_MAP -> {
        return map.tell(guest, at);
      }
      case SET_MEMORY_MAP -> {
        return map.replace(guest, at);
      }
      case MACHPHYS_MAPPING -> {
        guest.write64(at, MachineFrames.M2P_START);
        guest.write64(at + 8, MachineFrames.M2P_END);
        guest.write64(at + 16, frames.highestFrame());
        return 0;
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
  }

  private static void requireSelf(int domid) {
    if (!Domid.isSelf(domid)) {
      throw new XenError(Errno.ESRCH);
    }
  }

  private static int order(GuestSpace guest, long at) {
    requireSelf(guest.read16(at + 24));
    int order = guest.read32(at + 16);
    if (order < 0 || order > MOST_ORDER || guest.read64(at + 8) < 0) {
      throw new XenError(Errno.EINVAL);
    }
    return order;
  }

  private long decrease(GuestSpace guest, long at) {
    int order = order(guest, at);
    long list = guest.read64(at);
    long count = guest.read64(at + 8);
    for (long done = 0; done < count; done++) {
      long frame = guest.read64(list + 8 * done);
      for (long i = frame; i < frame + (1L << order); i++) {
        if (!frames.exists(i) || free.get((int) i)) {
          return done;
        }
        free.set((int) i);
      }
    }
    return count;
  }

  private long populate(GuestSpace guest, long at) {
    int order = order(guest, at);
    long list = guest.read64(at);
    long count = guest.read64(at + 8);
    for (long done = 0; done < count; done++) {
      long physical = guest.read64(list + 8 * done);
      long machineFrame = take(order);
      if (machineFrame < 0) {
        return done;
      }
      for (long i = 0; i < 1L << order; i++) {
        frames.machineToPhysical(machineFrame + i, physical + i);
      }
      guest.write64(list + 8 * done, machineFrame);
    }
    return count;
  }

  private long increase(GuestSpace guest, long at) {
    int order = order(guest, at);
    long list = guest.read64(at);
    long count = guest.read64(at + 8);
    for (long done = 0; done < count; done++) {
      long machineFrame = take(order);
      if (machineFrame < 0) {
        return done;
      }
      if (list != 0) {
        guest.write64(list + 8 * done, machineFrame);
      }
    }
    return count;
  }

  /** Takes a run of free frames, cleared; -1 if there is none. */
  private long take(int order) {
    int length = 1 << order;
    for (int frame = free.nextSetBit(0); frame >= 0; frame = free.nextSetBit(frame + 1)) {
      if ((frame & length - 1) == 0 && free.nextClearBit(frame) >= frame + length) {
        free.clear(frame, frame + length);
        machine.memory().zero((long) frame << 12, (long) length << 12);
        return frame;
      }
    }
    return -1;
  }
}
