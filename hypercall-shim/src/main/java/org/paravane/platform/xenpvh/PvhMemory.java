package org.paravane.platform.xenpvh;

import java.util.BitSet;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
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
  private static final int SPACE_RANGE = 3;
  private static final int SPACE_FOREIGN = 4;
  private static final int SPACE_DEVICE_MEMORY = 5;
  private static final int PAGE = 4096;
  private static final int FRAME_BITS = 40 - 12;
  private static final long HIGHEST_FRAME = (1L << FRAME_BITS) - 1;

  /** What a command has room for beside its number. */
  private static final long MOST_EXTENTS = 0xffff_ffffL >>> 6;

  private static final int MOST_ORDER = 9;

  private final Machine machine;
  private final PhysicalMemory memory;
  private final XenDomain domain;
  private final GuestMemoryMap map;

  /** Frames of RAM that the guest has given back. */
  private final BitSet given = new BitSet();

  /** Frames where the guest has asked for a page of the hypervisor. */
  private final BitSet added = new BitSet();

  /** The highest frame that there is. */
  private long highest;

  PvhMemory(Machine machine, XenDomain domain, GuestMemoryMap map) {
    this.machine = machine;
    this.domain = domain;
    this.map = map;
    memory = machine.memory();
    long last = memory.physicalAddress(memory.sizeBytes() - 1) >>> 12;
    highest = Math.max(last, (SpecialPages.START + SpecialPages.LENGTH >>> 12) - 1);
  }

  /** Tells whether the guest has a page there. */
  boolean present(long frame) {
    if (frame < 0 || frame > HIGHEST_FRAME) {
      return false;
    }
    boolean ram = memory.ramOffset(frame << 12) >= 0;
    return ram && !given.get((int) frame) || added.get((int) frame) || SpecialPages.contain(frame);
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
      case MAXIMUM_RAM_PAGE -> {
        return HIGHEST_FRAME;
      }
      case MAXIMUM_GPFN -> {
        Domid.requireSelf(guest.read16(at));
        return highest;
      }
      case CURRENT_RESERVATION -> {
        Domid.requireSelf(guest.read16(at));
        return memory.sizeBytes() / PAGE - given.cardinality();
      }
      case MAXIMUM_RESERVATION -> {
        Domid.requireSelf(guest.read16(at));
        return memory.sizeBytes() / PAGE;
      }
      case ADD_TO_PHYSMAP -> {
        return addOne(guest, at);
      }
      case ADD_TO_PHYSMAP_BATCH -> {
        return addBatch(guest, at);
      }
      case REMOVE_FROM_PHYSMAP -> {
        Domid.requireSelf(guest.read16(at));
        return remove(guest.readWord(at + guest.wordBytes()));
      }
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
  }

  private long remove(long frame) {
    if (!present(frame)) {
      return -Errno.ENOENT;
    }
    added.clear((int) frame);
    if (memory.ramOffset(frame << 12) >= 0) {
      given.set((int) frame);
    }
    return 0;
  }

  /** Gives memory back or takes it; the answer is how many extents were done, and nothing else is an error. */
  private long reservation(GuestSpace guest, long at, boolean take) {
    long done = 0;
    try {
      int word = guest.wordBytes();
      long list = guest.readWord(at);
      long count = guest.readWord(at + word);
      int order = guest.read32(at + 2L * word);
      boolean self = Domid.isSelf(guest.read16(at + 2L * word + 8));
      if (!self || count < 0 || count > MOST_EXTENTS || order < 0 || order > MOST_ORDER) {
        return 0;
      }
      while (done < count && change(guest.readWord(list + word * done), order, take)) {
        done++;
      }
    } catch (XenError | GuestFault bad) {
      // What was done before is done.
    }
    return done;
  }

  private boolean change(long frame, int order, boolean take) {
    for (long i = frame; i < frame + (1L << order); i++) {
      boolean ram = i >>> FRAME_BITS == 0 && memory.ramOffset(i << 12) >= 0;
      if (!ram || given.get((int) i) != take) {
        return false;
      }
      given.set((int) i, !take);
      if (take) {
        memory.zero(i << 12, PAGE);
      }
    }
    return true;
  }

  private long addOne(GuestSpace guest, long at) {
    int word = guest.wordBytes();
    int space = guest.read32(at + 4);
    long index = guest.readWord(at + 8);
    long frame = guest.readWord(at + 8 + word);
    if (space == SPACE_FOREIGN) {
      return -Errno.ENOSYS;
    }
    requireOwn(guest.read16(at), space);
    add(space, index, frame);
    return 0;
  }

  private static void requireOwn(int domain, int space) {
    if (space == SPACE_DEVICE_MEMORY) {
      throw new XenError(Errno.EACCES);
    }
    Domid.requireSelf(domain);
  }

  private long addBatch(GuestSpace guest, long at) {
    int space = guest.read16(at + 2);
    guest.readWord(at + 8 + 2L * guest.wordBytes());
    if (space == SPACE_RANGE) {
      return -Errno.EOPNOTSUPP;
    }
    requireOwn(guest.read16(at), space);
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
    return 0;
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
    added.set((int) (address >>> 12));
    highest = Math.max(highest, address >>> 12);
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
