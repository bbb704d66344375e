package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/** HYPERVISOR_set_gdt, HYPERVISOR_update_descriptor and HYPERVISOR_set_segment_base. */
final class DescriptorCalls {
  /** Offset of the last byte of a GDT: Xen's own entries are the last page. */
  static final int GDT_LIMIT = 0xefff;

  private static final int GUEST_PAGES = 14;
  private static final int MOST_ENTRIES = 7168;
  private static final int ENTRIES_PER_PAGE = 512;
  private static final long DPL3 = 3L << 45;
  private static final long PRESENT = 1L << 47;
  private static final long CODE_OR_DATA = 1L << 44;
  private static final long TYPE = 0x1fL << 40;

  /** Xen's own entries from 0xe008 on; TSS, LDT and per-processor limit are added for each processor. */
  private static final long[] XEN_ENTRIES = {
    0,
    0x00af_9b00_0000_ffffL,
    0x00cf_9300_0000_ffffL,
    0,
    0x00cf_fb00_0000_ffffL,
    0x00cf_f300_0000_ffffL,
    0x00af_fb00_0000_ffffL
  };

  private static final int PER_CPU_ENTRY = 12;
  private static final long PER_CPU_SEGMENT = 0x0040_f300_0000_0000L;

  private final PvMachine machine;
  private final PhysicalMemory memory;
  private final MachineFrames frames;
  private final long emptyPage;

  /** Gives every processor a GDT with Xen's entries only. */
  DescriptorCalls(PvMachine machine, MachineFrames frames) {
    this.machine = machine;
    this.frames = frames;
    memory = machine.memory();
    emptyPage = frames.allocate();
    for (Cpu cpu : machine.cpus()) {
      long page = frames.allocate();
      for (int i = 0; i < XEN_ENTRIES.length; i++) {
        memory.put64(page + 8L * i, XEN_ENTRIES[i]);
      }
      memory.put64(page + 8L * PER_CPU_ENTRY, PER_CPU_SEGMENT | cpu.id);
      frames.mapGdtPage(cpu.id, GUEST_PAGES, page);
      for (int i = 0; i < GUEST_PAGES; i++) {
        frames.mapGdtPage(cpu.id, i, emptyPage);
      }
      cpu.segments.gdtrBase = MachineFrames.gdtAddress(cpu.id);
      cpu.segments.gdtrLimit = GDT_LIMIT;
    }
  }

  long setGdt(GuestSpace guest, long[] arguments) {
    long entries = arguments[1] & 0xffff_ffffL;
    if (entries > MOST_ENTRIES) {
      return -Errno.EINVAL;
    }
    int pages = (int) (entries + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
    long[] list = new long[pages];
    for (int i = 0; i < pages; i++) {
      list[i] = guest.read64(arguments[0] + 8L * i);
    }
    return setGdt(machine.processor(guest.vcpu()).cpu(), list);
  }

  /** Uses frames as a processor's GDT. */
  long setGdt(Cpu cpu, long[] list) {
    for (long frame : list) {
      if (!frames.exists(frame) || !adopt(frame)) {
        return -Errno.EINVAL;
      }
    }
    for (int i = 0; i < GUEST_PAGES; i++) {
      frames.mapGdtPage(cpu.id, i, i < list.length ? list[i] << 12 : emptyPage);
    }
    cpu.memory.flushAll();
    return 0;
  }

  /** Checks the descriptors of a page and makes them usable at CPL 3; false if one may not be there. */
  private boolean adopt(long frame) {
    for (int i = 0; i < ENTRIES_PER_PAGE; i++) {
      long at = (frame << 12) + 8L * i;
      long descriptor = memory.get64(at);
      if (!allowed(descriptor)) {
        return false;
      }
      long adopted = adopted(descriptor);
      if (adopted != descriptor) {
        memory.put64(at, adopted);
      }
    }
    return true;
  }

  /** Code and data segments are, and what is absent; the second half of a call gate has type 0. */
  private static boolean allowed(long descriptor) {
    return (descriptor & PRESENT) == 0
        || (descriptor & CODE_OR_DATA) != 0
        || (descriptor & TYPE) == 0;
  }

  private static long adopted(long descriptor) {
    return (descriptor & PRESENT) != 0 ? descriptor | DPL3 : descriptor;
  }

  long updateDescriptor(GuestSpace guest, long[] arguments) {
    long address = arguments[0];
    long descriptor = arguments[1];
    if ((address & 7) != 0 || !frames.exists(address >>> 12) || !allowed(descriptor)) {
      return -Errno.EINVAL;
    }
    memory.put64(address, adopted(descriptor));
    return 0;
  }

  long setSegmentBase(GuestSpace guest, long[] arguments) {
    Cpu cpu = machine.processor(guest.vcpu()).cpu();
    long base = arguments[1];
    boolean canonical = base << 16 >> 16 == base;
    switch ((int) arguments[0]) {
      case 0, 1, 2 -> {
        if (!canonical) {
          return -Errno.EINVAL;
        }
        switch ((int) arguments[0]) {
          case 0 -> cpu.segments.setBase(Segments.FS, base);
          case 1 -> cpu.msrs.kernelGsBase = base;
          default -> cpu.segments.setBase(Segments.GS, base);
        }
      }
      case 3 -> loadUserGs(cpu, (int) base & 0xffff);
      default -> {
        return -Errno.EINVAL;
      }
    }
    return 0;
  }

  private static void loadUserGs(Cpu cpu, int selector) {
    long active = cpu.segments.base[Segments.GS];
    try {
      cpu.loader.load(Segments.GS, selector | ((selector & 0xfffc) != 0 ? 3 : 0));
    } catch (GuestFault fault) {
      cpu.loader.load(Segments.GS, 0);
    }
    cpu.msrs.kernelGsBase = cpu.segments.base[Segments.GS];
    cpu.segments.setBase(Segments.GS, active);
  }
}
