package org.paravane.boot.multiboot;

import java.util.List;
import org.paravane.boot.placement.Blob;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.MemoryMap;
import org.paravane.boot.placement.MemoryRegion;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;

/**
 * The multiboot 2 information: {@code total_size 4, 0 4}, then tags {@code type 4, size 4, contents}, each on a
 * multiple of 8, up to the end tag.
 */
final class Information2 {
  private static final int END = 0;
  private static final int COMMAND_LINE = 1;
  private static final int LOADER_NAME = 2;
  private static final int MODULE = 3;
  private static final int BASIC_MEMORY = 4;
  private static final int MEMORY_MAP = 6;
  private static final int ACPI_OLD_RSDP = 14;
  private static final int ACPI_NEW_RSDP = 15;
  private static final int LOAD_BASE = 21;
  private static final int MEMORY_ENTRY_BYTES = 24;
  private static final int OLD_RSDP_BYTES = 20;
  private static final int NEW_RSDP_BYTES = 36;

  private Information2() {}

  /** Tells whether the information has tags of a type. */
  static boolean provides(int type, BootRequest request) {
    return switch (type) {
      case COMMAND_LINE, LOADER_NAME, MODULE, BASIC_MEMORY, MEMORY_MAP, LOAD_BASE -> true;
      case ACPI_OLD_RSDP, ACPI_NEW_RSDP -> request.rsdpAddress() != 0;
      default -> false;
    };
  }

  static Blob of(
      long address,
      String commandLine,
      BootRequest request,
      List<PlacedRange> modules,
      MemoryMap map,
      long loadBase,
      GuestMemory memory) {
    Blob blob = new Blob(address).u64(0);
    tag(blob, COMMAND_LINE, new Blob(0).text(commandLine));
    tag(blob, LOADER_NAME, new Blob(0).text(Information1.LOADER_NAME));
    for (int i = 0; i < modules.size(); i++) {
      PlacedRange module = modules.get(i);
      String line = request.modules().get(i).commandLine();
      tag(blob, MODULE, new Blob(0).u32(module.start()).u32(module.end()).text(line));
    }
    long upper = map.endOfRamFromOneMegabyte() - MemoryMap.HIGH_RAM_START;
    tag(blob, BASIC_MEMORY, new Blob(0).u32(MemoryMap.LOW_RAM_END >> 10).u32(upper >> 10));
    Blob entries = new Blob(0).u32(MEMORY_ENTRY_BYTES).u32(0);
    for (MemoryRegion region : map.regions()) {
      entries.u64(region.start()).u64(region.length()).u32(region.type().number()).u32(0);
    }
    tag(blob, MEMORY_MAP, entries);
    if (request.rsdpAddress() != 0) {
      tag(blob, ACPI_OLD_RSDP, rsdpCopy(request, memory, OLD_RSDP_BYTES));
      tag(blob, ACPI_NEW_RSDP, rsdpCopy(request, memory, NEW_RSDP_BYTES));
    }
    tag(blob, LOAD_BASE, new Blob(0).u32(loadBase));
    tag(blob, END, new Blob(0));
    return blob.patch32(0, blob.length());
  }

  private static Blob rsdpCopy(BootRequest request, GuestMemory memory, int count) {
    byte[] rsdp = new byte[count];
    memory.read(request.rsdpAddress(), rsdp, 0, count);
    return new Blob(0).bytes(rsdp);
  }

  private static void tag(Blob blob, int type, Blob contents) {
    blob.align(8).u32(type).u32(8L + contents.length()).bytes(contents.toByteArray());
  }
}
