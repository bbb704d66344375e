package org.paravane.boot.placement;

/**
 * A range of guest-physical addresses and what it is.
 *
 * @param start first address
 * @param length bytes
 * @param type what it is
 */
public record MemoryRegion(long start, long length, Type type) {
  /** Region types with the numbers that e820, multiboot and PVH share. */
  public enum Type {
    /** Usable RAM. */
    RAM(1),
    /** Not to be touched. */
    RESERVED(2),
    /** ACPI tables; RAM once they are read. */
    ACPI(3),
    /** ACPI memory to keep over sleep. */
    ACPI_NVS(4);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /** The e820 type. */
    public int number() {
      return number;
    }
  }

  /** Refuses empty and wrapping ranges. */
  public MemoryRegion {
    if (start < 0 || length <= 0 || start + length < 0) {
      throw new IllegalArgumentException("not a memory region: %#x + %#x".formatted(start, length));
    }
  }

  /** The first address behind it. */
  public long end() {
    return start + length;
  }
}
