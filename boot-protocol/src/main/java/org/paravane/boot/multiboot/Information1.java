package org.paravane.boot.multiboot;

import java.util.List;
import org.paravane.boot.placement.Blob;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.MemoryMap;
import org.paravane.boot.placement.MemoryRegion;
import org.paravane.boot.placement.PlacedRange;

/**
 * The multiboot 1 information structure.
 *
 * <pre>
 * 00 flags 4       04 mem_lower 4   08 mem_upper 4    10 cmdline 4   14 mods_count 4   18 mods_addr 4
 * 2c mmap_length 4 30 mmap_addr 4   40 boot_loader_name 4
 * module: 0 start 4   4 end 4   8 string 4   c 0
 * memory: 0 size (of the rest) 4   4 base 8   c length 8   14 type 4
 * </pre>
 */
final class Information1 {
  static final String LOADER_NAME = "Paravane";

  private static final int BYTES = 0x78;
  private static final int MEMORY = 1;
  private static final int COMMAND_LINE = 1 << 2;
  private static final int MODULES = 1 << 3;
  private static final int MEMORY_MAP = 1 << 6;
  private static final int NAME = 1 << 9;
  private static final int MEMORY_ENTRY_BYTES = 20;

  private Information1() {}

  static Blob of(
      long address,
      String commandLine,
      BootRequest request,
      List<PlacedRange> modules,
      MemoryMap map) {
    Blob blob = new Blob(address).zeros(BYTES);
    blob.patch32(0x00, MEMORY | COMMAND_LINE | MODULES | MEMORY_MAP | NAME);
    blob.patch32(0x04, MemoryMap.LOW_RAM_END >> 10);
    blob.patch32(0x08, map.endOfRamFromOneMegabyte() - MemoryMap.HIGH_RAM_START >> 10);
    blob.patch32(0x14, modules.size());
    blob.patch32(0x18, blob.next());
    int moduleTable = blob.length();
    blob.zeros(16 * modules.size());
    blob.patch32(0x30, blob.next());
    int memoryTable = blob.length();
    for (MemoryRegion region : map.regions()) {
      blob.u32(MEMORY_ENTRY_BYTES)
          .u64(region.start())
          .u64(region.length())
          .u32(region.type().number());
    }
    blob.patch32(0x2c, blob.length() - memoryTable);
    for (int i = 0; i < modules.size(); i++) {
      int entry = moduleTable + 16 * i;
      blob.patch32(entry, modules.get(i).start()).patch32(entry + 4, modules.get(i).end());
      blob.patch32(entry + 8, blob.next());
      blob.text(request.modules().get(i).commandLine());
    }
    blob.patch32(0x10, blob.next());
    blob.text(commandLine);
    blob.patch32(0x40, blob.next());
    return blob.text(LOADER_NAME);
  }
}
