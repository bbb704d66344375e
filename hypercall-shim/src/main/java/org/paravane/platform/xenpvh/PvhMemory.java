package org.paravane.platform.xenpvh;

import java.util.BitSet;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.BackedPages;
import org.paravane.platform.xen.GuestMemoryMap;
import org.paravane.platform.xen.XenDomain;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;

/**
 * HYPERVISOR_memory_op of a guest that counts frames by its own physical addresses. A page of the hypervisor that the
 * guest wants over its RAM takes the place of that RAM.
 *
 * @abi xen/include/public/memory.h
 */
final class PvhMemory implements Hypercall {
  private static final int INCREASE_RESERVATION = 0;
  private static final int DECREASE_RESERVATION = 1;
  private static final int MAXIMUM_RAM_PAGE = 2;
  private static final int CURRENT_RESERVATION = 3;
  private static final int MAXIMUM_RESERVATION = 4;
  private static final int POPULATE_PHYSMAP = 6;
  private static final int ADD_TO_PHYSMAP = 7;
  private static final int MEMORY_MAP = 9;
  private static final int SET_MEMORY_MAP = 13;
  private static final int MAXIMUM_GPFN = 14;
  private static final int REMOVE_FROM_PHYSMAP = 15;
  private static final int ADD_TO_PHYSMAP_BATCH = 23;

  private static final int SPACE_SHARED_INFO = 0;
  private static final int SPACE_GRANT_TABLE = 1;
  private static final int PAGE = 4096;
  private static final long HIGHEST_FRAME = (1L << 40 - 12) - 1;

  private final Machine machine;
  private final PhysicalMemory memory;
  private final XenDomain domain;
  private final GuestMemoryMap map;

  /** Frames of RAM that the guest has given back. */
  private final BitSet given = new BitSet();

  PvhMemory(Machine machine, XenDomain domain, GuestMemoryMap map) {
    this.machine = machine;
    this.domain = domain;
    this.map = map;
    memory = machine.memory();
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    // The bits above the command tell where an interrupted call continues.
    switch ((int) arguments[0] & 0x3f) {
      case INCREASE_RESERVATION -> {
        return 0;
      }
      case DECREASE_RESERVATION -> {
        return reservation(guest, at, false);
      }
      case POPULATE_PHYSMAP -> {
        return reservation(guest, at, true);
      }
      case MAXIMUM_RAM_PAGE, MAXIMUM_GPFN -> {
        return HIGHEST_FRAME;
      }
      case CURRENT_RESERVATION -> {
        return memory.sizeBytes() / PAGE - given.cardinality();
      }
      case MAXIMUM_RESERVATION -> {
        return memory.sizeBytes() / PAGE;
      }
      case ADD_TO_PHYSMAP -> {
        requireSelf(guest.read16(at));
        add(
            guest.read32(at + 4),
            guest.readWord(at + 8),
            guest.readWord(at + 8 + guest.wordBytes()));
      }
      case ADD_TO_PHYSMAP_BATCH -> addBatch(guest, at);
      case REMOVE_FROM_PHYSMAP -> requireSelf(guest.read16(at));
      case MEMORY_MAP -> {
        return map.tell(guest, at);
      }
      case SET_MEMORY_MAP -> {
        return map.replace(guest, at);
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private static void requireSelf(int domid) {
    if (!Domid.isSelf(domid)) {
      throw new XenError(Errno.ESRCH);
    }
  }

  private long reservation(GuestSpace guest, long at, boolean take) {
    int word = guest.wordBytes();
    requireSelf(guest.read16(at + 2L * word + 8));
    long list = guest.readWord(at);
    long count = guest.readWord(at + word);
    int order = guest.read32(at + 2L * word);
    if (count < 0 || order < 0 || order > 9) {
      return 0;
    }
    for (long done = 0; done < count; done++) {
      long frame = guest.readWord(list + word * done);
      for (long i = frame; i < frame + (1L << order); i++) {
        long offset = i >>> 28 == 0 ? memory.ramOffset(i << 12) : -1;
        if (offset < 0 || given.get((int) i) != take) {
          return done;
        }
        given.set((int) i, !take);
        if (take) {
          memory.zero(i << 12, PAGE);
        }
      }
    }
    return count;
  }

  private void addBatch(GuestSpace guest, long at) {
    requireSelf(guest.read16(at));
    int space = guest.read16(at + 2);
    int count = guest.read16(at + 4);
    int word = guest.wordBytes();
    long indices = guest.readWord(at + 8);
    long frames = guest.readWord(at + 8 + word);
    long errors = guest.readWord(at + 8 + 2L * word);
    for (int i = 0; i < count; i++) {
      int status = 0;
      try {
        long offset = (long) word * i;
        add(space, guest.readWord(indices + offset), guest.readWord(frames + offset));
      } catch (XenError error) {
        status = -error.errno();
      }
      guest.write32(errors + 4L * i, status);
    }
  }

  private void add(int space, long index, long frame) {
    if (frame < 0 || frame > HIGHEST_FRAME) {
      throw new XenError(Errno.EINVAL);
    }
    long address = frame << 12;
    switch (space) {
      case SPACE_SHARED_INFO -> {
        if (index != 0) {
          throw new XenError(Errno.EINVAL);
        }
        prepare(address);
        domain.moveSharedInfo(address);
      }
      case SPACE_GRANT_TABLE -> {
        if (index < 0 || index > Integer.MAX_VALUE || !domain.grants().grow((int) index + 1)) {
          throw new XenError(Errno.EINVAL);
        }
        long from = domain.grants().frame((int) index);
        prepare(address);
        for (int i = 0; i < PAGE; i += 8) {
          memory.busWrite(address + i, 8, memory.busRead(from + i, 8));
        }
        domain.grants().moved((int) index, address);
      }
      default -> throw new XenError(Errno.EINVAL);
    }
  }

  /** Makes a page at an address that is the hypervisor's to use: RAM that is there, cleared, or one of its own. */
  private void prepare(long address) {
    if (memory.ramOffset(address) >= 0) {
      memory.zero(address, PAGE);
      return;
    }
    try {
      memory.register(address, PAGE, new BackedPages(1));
    } catch (IllegalArgumentException alreadyThere) {
      return;
    }
    for (Cpu cpu : machine.cpus()) {
      cpu.memory.flushAll();
    }
  }
}
