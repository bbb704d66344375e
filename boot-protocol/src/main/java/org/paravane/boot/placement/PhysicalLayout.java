package org.paravane.boot.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps account of what lies where in RAM while a boot is prepared. Ranges never overlap and always lie in RAM. */
public final class PhysicalLayout {
  private static final long PAGE = 4096;

  private final MemoryMap map;
  private final List<PlacedRange> placed = new ArrayList<>();

  /** Starts with nothing placed. */
  public PhysicalLayout(MemoryMap map) {
    this.map = map;
  }

  /** The memory map. */
  public MemoryMap map() {
    return map;
  }

  /** What was placed, in the order of placing. */
  public List<PlacedRange> placed() {
    return List.copyOf(placed);
  }

  /**
   * Takes a fixed range.
   *
   * @throws BootException if it isn't RAM or overlaps something placed before
   */
  public PlacedRange claim(String name, long start, long length) {
    PlacedRange range = new PlacedRange(name, start, length);
    if (map.ram().stream().noneMatch(ram -> start >= ram.start() && length <= ram.end() - start)) {
      throw new BootException(
          start >= map.endOfRamFromOneMegabyte() || range.end() > map.endOfRamFromOneMegabyte()
              ? BootError.MEMORY_TOO_SMALL
              : BootError.KERNEL_ADDRESS_CONFLICT,
          "the %s needs RAM at %#x-%#x, but RAM from 1 MiB on ends at %#x; give the machine more memory",
          name,
          start,
          range.end() - 1,
          map.endOfRamFromOneMegabyte());
    }
    conflict(range)
        .ifPresent(other -> {
          throw new BootException(
              BootError.KERNEL_ADDRESS_CONFLICT,
              "the %s needs %#x-%#x, where the %s is (%#x-%#x)",
              name,
              start,
              range.end() - 1,
              other.name(),
              other.start(),
              other.end() - 1);
        });
    placed.add(range);
    return range;
  }

  /**
   * Takes the highest free range below a limit.
   *
   * @param alignment a power of two
   * @param limit first address that may not be used
   * @return empty if there is no room
   */
  public Optional<PlacedRange> allocateHigh(String name, long length, long alignment, long limit) {
    List<MemoryRegion> ram = map.ram();
    for (int i = ram.size() - 1; i >= 0; i--) {
      long end = Math.min(ram.get(i).end(), limit);
      while (end - length >= ram.get(i).start()) {
        long start = end - length & -alignment;
        PlacedRange range = new PlacedRange(name, start, length);
        if (start < ram.get(i).start()) {
          break;
        }
        Optional<PlacedRange> other = conflict(range);
        if (other.isEmpty()) {
          placed.add(range);
          return Optional.of(range);
        }
        end = other.get().start();
      }
    }
    return Optional.empty();
  }

  /**
   * Takes the lowest free page-aligned range between two addresses.
   *
   * @param from lowest address that may be used
   * @param limit first address that may not be used
   * @return empty if there is no room
   */
  public Optional<PlacedRange> allocateLow(String name, long length, long from, long limit) {
    for (MemoryRegion ram : map.ram()) {
      long start = Math.max(ram.start(), from) + PAGE - 1 & -PAGE;
      while (start < limit && length <= Math.min(ram.end(), limit) - start) {
        PlacedRange range = new PlacedRange(name, start, length);
        Optional<PlacedRange> other = conflict(range);
        if (other.isEmpty()) {
          placed.add(range);
          return Optional.of(range);
        }
        start = other.get().end() + PAGE - 1 & -PAGE;
      }
    }
    return Optional.empty();
  }

  private Optional<PlacedRange> conflict(PlacedRange range) {
    return placed.stream()
        .filter(other -> range.start() < other.end() && other.start() < range.end())
        .findFirst();
  }
}
