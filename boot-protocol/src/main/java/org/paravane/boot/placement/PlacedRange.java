package org.paravane.boot.placement;

/**
 * Something that a boot put into memory.
 *
 * @param name what it is, such as {@code initrd}
 * @param start first guest-physical address
 * @param length bytes
 */
public record PlacedRange(String name, long start, long length) {
  /** The first address behind it. */
  public long end() {
    return start + length;
  }
}
