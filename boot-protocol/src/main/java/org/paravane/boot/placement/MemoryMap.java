package org.paravane.boot.placement;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The memory map that a kernel is told, ascending and without overlaps. Between 0x9fc00 and 1 MiB nothing is RAM, as on
 * every PC.
 *
 * @param regions in ascending order
 */
public record MemoryMap(List<MemoryRegion> regions) {
  /** End of RAM below the hole of the video memory and the BIOS. */
  public static final long LOW_RAM_END = 0x9fc00;

  /** End of that hole. */
  public static final long HIGH_RAM_START = 0x100000;

  /** RAM below 4 GiB ends here at the latest. */
  public static final long RAM_BELOW_4G_LIMIT = 3L << 30;

  private static final long FOUR_GIB = 4L << 30;

  /** Copies the list. */
  public MemoryMap {
    regions = List.copyOf(regions);
  }

  /**
   * The map of a machine with so much RAM and nothing else.
   *
   * @throws BootException if there are not even 2 MiB
   */
  public static MemoryMap of(long ramBytes) {
    if (ramBytes < 2 << 20) {
      throw new BootException(
          BootError.MEMORY_TOO_SMALL,
          "%d KiB of memory are too few; give the machine at least 2 MiB",
          ramBytes >> 10);
    }
    List<MemoryRegion> regions = new ArrayList<>();
    long below = Math.min(ramBytes, RAM_BELOW_4G_LIMIT);
    regions.add(new MemoryRegion(0, LOW_RAM_END, MemoryRegion.Type.RAM));
    regions.add(
        new MemoryRegion(LOW_RAM_END, HIGH_RAM_START - LOW_RAM_END, MemoryRegion.Type.RESERVED));
    regions.add(new MemoryRegion(HIGH_RAM_START, below - HIGH_RAM_START, MemoryRegion.Type.RAM));
    if (ramBytes > below) {
      regions.add(new MemoryRegion(FOUR_GIB, ramBytes - below, MemoryRegion.Type.RAM));
    }
    return new MemoryMap(regions);
  }

  /** This map with a region laid over it; what it covers of other regions is cut away. */
  public MemoryMap with(MemoryRegion region) {
    List<MemoryRegion> result = new ArrayList<>();
    result.add(region);
    for (MemoryRegion old : regions) {
      if (old.start() < region.start()) {
        long end = Math.min(old.end(), region.start());
        result.add(new MemoryRegion(old.start(), end - old.start(), old.type()));
      }
      if (old.end() > region.end()) {
        long start = Math.max(old.start(), region.end());
        result.add(new MemoryRegion(start, old.end() - start, old.type()));
      }
    }
    result.sort(Comparator.comparingLong(MemoryRegion::start));
    return new MemoryMap(result);
  }

  /** The regions that are RAM. */
  public List<MemoryRegion> ram() {
    return regions.stream().filter(region -> region.type() == MemoryRegion.Type.RAM).toList();
  }

  /** The first address behind the RAM that begins at 1 MiB and reaches up without a gap. */
  public long endOfRamFromOneMegabyte() {
    long end = HIGH_RAM_START;
    for (MemoryRegion region : ram()) {
      if (region.start() == end) {
        end = region.end();
      }
    }
    return end;
  }
}
