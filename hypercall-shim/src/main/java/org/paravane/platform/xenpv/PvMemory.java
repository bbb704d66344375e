package org.paravane.platform.xenpv;

import java.util.List;
import org.paravane.core.cpu.GuestFault;
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
  private static final long MOST_EXTENTS = 0xffff_ffffL >>> 6;

  private final PvMachine machine;
  private final MachineFrames frames;
  private final FrameTypes types;
  private final GuestMemoryMap map;

  PvMemory(PvMachine machine, MachineFrames frames, FrameTypes types) {
    this.machine = machine;
    this.frames = frames;
    this.types = types;
    long bytes = (long) frames.guest().pages() * MachineFrames.PAGE;
    map = new GuestMemoryMap(List.of(new GuestMemoryMap.Entry(0, bytes, E820_RAM)));
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    // The bits above the command tell where an interrupted call continues.
    int command = (int) arguments[0] & 0x3f;
    switch (command) {
      case INCREASE_RESERVATION, DECREASE_RESERVATION, POPULATE_PHYSMAP -> {
        return reservation(guest, command, at);
      }
      case MAXIMUM_RAM_PAGE -> {
        return frames.highestFrame();
      }
      case CURRENT_RESERVATION -> {
        requireSelf(guest.read16(at));
        return (long) frames.guest().pages() - types.freeFrames();
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

  /** These say how many extents they have dealt with; whatever is wrong ends them early, and is no error. */
  private long reservation(GuestSpace guest, int command, long at) {
    long done = 0;
    try {
      long list = guest.read64(at);
      long count = guest.read64(at + 8);
      int order = guest.read32(at + 16);
      boolean sound =
          order >= 0
              && order <= MOST_ORDER
              && count >= 0
              && count <= MOST_EXTENTS
              && Domid.isSelf(guest.read16(at + 24));
      while (sound && done < count) {
        long extent = list + 8 * done;
        sound =
            switch (command) {
              case INCREASE_RESERVATION -> increase(guest, list == 0 ? 0 : extent, order);
              case DECREASE_RESERVATION -> decrease(guest.read64(extent), order);
              default -> populate(guest, extent, order);
            };
        done += sound ? 1 : 0;
      }
    } catch (XenError | GuestFault error) {
      // What was done before stays done.
    }
    return done;
  }

  private boolean decrease(long frame, int order) {
    for (long i = frame; i < frame + (1L << order); i++) {
      if (!types.release(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean populate(GuestSpace guest, long extent, int order) {
    long physical = guest.read64(extent);
    long frame = take(order);
    if (frame < 0) {
      return false;
    }
    for (long i = 0; i < 1L << order; i++) {
      frames.machineToPhysical(frame + i, physical + i);
    }
    guest.write64(extent, frame);
    return true;
  }

  private boolean increase(GuestSpace guest, long extent, int order) {
    long frame = take(order);
    if (frame >= 0 && extent != 0) {
      guest.write64(extent, frame);
    }
    return frame >= 0;
  }

  /** Takes a run of free frames, cleared; -1 if there is none. */
  private long take(int order) {
    long frame = types.allocate(1 << order);
    if (frame >= 0) {
      machine.memory().zero(frame << 12, (long) MachineFrames.PAGE << order);
    }
    return frame;
  }
}
