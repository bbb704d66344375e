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

  /** Entries that are the guest's; Xen's own follow. */
  static final int GUEST_ENTRIES = 7168;

  private static final int GUEST_PAGES = 14;
  private static final int ENTRIES_PER_PAGE = 512;

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

  /** Selector of the code segment that a 64-bit guest's kernel runs with. */
  static final int KERNEL_CODE = 0xe033;

  private static final int PER_CPU_ENTRY = 12;
  private static final long PER_CPU_SEGMENT = 0x0040_f300_0000_0000L;

  private final PvMachine machine;
  private final PhysicalMemory memory;
  private final MachineFrames frames;
  private final FrameTypes types;
  private final long emptyPage;

  /** The frames that each processor uses as its GDT. */
  private final long[][] used;

  /** Gives every processor a GDT with Xen's entries only. */
  DescriptorCalls(PvMachine machine, MachineFrames frames, FrameTypes types) {
    this.machine = machine;
    this.frames = frames;
    this.types = types;
    used = new long[machine.cpus().size()][0];
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
    if (entries > GUEST_ENTRIES) {
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
    for (int i = 0; i < list.length; i++) {
      if (types.begin(list[i], FrameTypes.DESCRIPTORS) != 0) {
        end(list, i);
        return -Errno.EINVAL;
      }
    }
    end(used[cpu.id], used[cpu.id].length);
    used[cpu.id] = list;
    for (int i = 0; i < GUEST_PAGES; i++) {
      frames.mapGdtPage(cpu.id, i, i < list.length ? list[i] << 12 : emptyPage);
    }
    cpu.memory.flushAll();
    return 0;
  }

  private void end(long[] list, int count) {
    for (int i = 0; i < count; i++) {
      types.end(list[i]);
    }
  }

  long updateDescriptor(GuestSpace guest, long[] arguments) {
    long address = arguments[0];
    long descriptor = arguments[1];
    long frame = address >>> 12;
    long adopted = SegmentDescriptors.adopt(descriptor);
    if ((address & 7) != 0 || !types.owned(frame) || adopted == SegmentDescriptors.REFUSED) {
      return -Errno.EINVAL;
    }
    boolean descriptors = types.type(frame) == FrameTypes.DESCRIPTORS;
    long result = types.begin(frame, descriptors ? FrameTypes.DESCRIPTORS : FrameTypes.WRITABLE);
    if (result == 0) {
      memory.busWrite(address, 8, adopted);
      types.end(frame);
    }
    return result;
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
      case 3 -> loadUserGs(machine.processor(guest.vcpu()), (int) base & 0xffff);
      default -> {
        return -Errno.EINVAL;
      }
    }
    return 0;
  }

  private static void loadUserGs(PvProcessor processor, int selector) {
    Cpu cpu = processor.cpu();
    long active = cpu.segments.base[Segments.GS];
    if (!loadGs(cpu, selector)
        && !(processor.mapLocalDescriptors(cpu.control.cr2()) && loadGs(cpu, selector))) {
      cpu.loader.load(Segments.GS, 0);
    }
    cpu.msrs.kernelGsBase = cpu.segments.base[Segments.GS];
    cpu.segments.setBase(Segments.GS, active);
  }

  private static boolean loadGs(Cpu cpu, int selector) {
    cpu.control.cr2(0);
    try {
      cpu.loader.load(Segments.GS, selector | ((selector & 0xfffc) != 0 ? 3 : 0));
      return true;
    } catch (GuestFault fault) {
      return false;
    }
  }
}
