package org.paravane.boot.pvh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.paravane.boot.entry.EntryState;
import org.paravane.boot.entry.FlatGdt;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.SegmentState;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.placement.Blob;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootModule;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.CommandLine;
import org.paravane.boot.placement.ElfPlacement;
import org.paravane.boot.placement.MemoryRegion;
import org.paravane.boot.placement.PhysicalLayout;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;

/**
 * Prepares one boot by the PVH protocol.
 *
 * <pre>
 * hvm_start_info: 00 magic 4   04 version 4   08 flags 4   0c nr_modules 4   10 modlist 8   18 cmdline 8
 *                 20 rsdp 8    28 memmap 8    30 memmap_entries 4   34 0
 * module:         00 paddr 8   08 size 8      10 cmdline 8          18 0
 * memory:         00 addr 8    08 size 8      10 type 4             14 0
 * </pre>
 *
 * @abi xen/include/public/arch-x86/hvm/start_info.h
 */
public final class PvhBoot {
  private static final long GDT = 0x6000;
  private static final long START_INFO = 0x10000;
  private static final int START_INFO_BYTES = 56;
  private static final long MAGIC = 0x336ec578L;
  private static final int VERSION = 1;
  private static final int MODULE_BYTES = 32;
  private static final int COMMAND_LINE_LIMIT = 0x10000;

  /** Kernels read modules through their first mappings; 2 GiB is what Linux's own protocol allows an initrd too. */
  private static final long MODULE_LIMIT = 1L << 31;

  private PvhBoot() {}

  /**
   * Places a kernel and its modules and writes the start structure.
   *
   * @param entry the guest-physical PVH entry
   * @throws org.paravane.boot.format.ImageException if the entry lies in no segment
   * @throws BootException if it can't be booted as asked
   */
  public static PlacedKernel place(
      ElfKernel kernel, long entry, BootRequest request, GuestMemory memory) {
    if (kernel.elf().segments().stream()
        .noneMatch(s -> entry >= s.physicalAddress() && entry < s.physicalEnd())) {
      throw kernel
          .elf()
          .bytes()
          .fault(
              ImageError.IMAGE_MALFORMED,
              0,
              "the PVH entry %#x lies in none of the segments",
              entry);
    }
    PhysicalLayout layout = new PhysicalLayout(request.memoryMap(memory.sizeBytes()));
    layout.claim("descriptor table", GDT, FlatGdt.BYTES);
    byte[] commandLine = CommandLine.encode(request.commandLine(), COMMAND_LINE_LIMIT);
    ElfPlacement.place(kernel.elf(), layout, memory);
    List<PlacedRange> modules = placeModules(request, layout, memory);
    startInfo(request, commandLine, modules, layout).place("start info", layout, memory);
    FlatGdt gdt = FlatGdt.write(memory, GDT, SegmentState.CODE_32);
    EntryState state = EntryState.protected32(entry, gdt, Map.of(GeneralRegister.RBX, START_INFO));
    String route = "PVH entry %#x".formatted(entry);
    return new PlacedKernel(state, BootProtocol.PVH, route, Optional.empty(), layout.placed());
  }

  private static List<PlacedRange> placeModules(
      BootRequest request, PhysicalLayout layout, GuestMemory memory) {
    List<PlacedRange> placed = new ArrayList<>();
    for (BootModule module : request.modules()) {
      byte[] contents = module.contents();
      PlacedRange range =
          layout
              .allocateHigh("module " + placed.size(), contents.length, 4096, MODULE_LIMIT)
              .orElseThrow(() ->
                  new BootException(
                      BootError.INITRD_TOO_LARGE,
                      "an initrd or module of %d KiB does not fit beside the kernel in %d MiB of memory; "
                          + "give the machine more memory",
                      contents.length >> 10,
                      memory.sizeBytes() >> 20));
      memory.write(range.start(), contents, 0, contents.length);
      placed.add(range);
    }
    return placed;
  }

  private static Blob startInfo(
      BootRequest request, byte[] commandLine, List<PlacedRange> modules, PhysicalLayout layout) {
    Blob blob = new Blob(START_INFO).zeros(START_INFO_BYTES);
    blob.patch32(0x00, MAGIC).patch32(0x04, VERSION).patch32(0x0c, modules.size());
    blob.patch64(0x20, request.rsdpAddress());
    blob.patch64(0x28, blob.next());
    blob.patch32(0x30, layout.map().regions().size());
    for (MemoryRegion region : layout.map().regions()) {
      blob.u64(region.start()).u64(region.length()).u32(region.type().number()).u32(0);
    }
    if (!modules.isEmpty()) {
      blob.patch64(0x10, blob.next());
    }
    int moduleTable = blob.length();
    blob.zeros(MODULE_BYTES * modules.size());
    for (int i = 0; i < modules.size(); i++) {
      int at = moduleTable + MODULE_BYTES * i;
      blob.patch64(at, modules.get(i).start()).patch64(at + 8, modules.get(i).length());
      blob.patch64(at + 16, blob.next());
      blob.text(request.modules().get(i).commandLine());
    }
    blob.patch64(0x18, blob.next());
    return blob.bytes(commandLine);
  }
}
