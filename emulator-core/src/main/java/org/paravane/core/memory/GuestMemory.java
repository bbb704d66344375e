package org.paravane.core.memory;

import java.lang.foreign.MemorySegment;

/**
 * Guest RAM by guest-physical address, little-endian, for loaders and devices. RAM lies from 0 up to at most 3 GiB; what
 * does not fit there lies from 4 GiB up. Every method throws {@link IllegalArgumentException} if any byte lies outside
 * RAM.
 */
public interface GuestMemory {
  /** First guest-physical address that is never RAM: the hole for devices below 4 GiB. */
  long HOLE_START = 0xc000_0000L;

  /** Guest-physical address at which RAM continues above the hole. */
  long HOLE_END = 0x1_0000_0000L;

  /** Bytes of RAM. */
  long sizeBytes();

  /** Bytes of RAM below {@link #HOLE_START}. */
  default long lowBytes() {
    return Math.min(sizeBytes(), HOLE_START);
  }

  /** Bytes of RAM from {@link #HOLE_END} up. */
  default long highBytes() {
    return sizeBytes() - lowBytes();
  }

  /** Tells whether {@code length} bytes, not negative, from that address on are all RAM. */
  default boolean contains(long physicalAddress, long length) {
    return physicalAddress >= 0 && length <= lowBytes() - physicalAddress
        || physicalAddress >= HOLE_END && length <= HOLE_END + highBytes() - physicalAddress;
  }

  /** Copies {@code length} bytes of {@code source} into RAM. */
  void write(long physicalAddress, byte[] source, int offset, int length);

  /** Copies all of {@code source} into RAM. */
  void write(long physicalAddress, MemorySegment source);

  /** Sets {@code length} bytes to zero. */
  void zero(long physicalAddress, long length);

  /** Copies {@code length} bytes of RAM into {@code destination}. */
  void read(long physicalAddress, byte[] destination, int offset, int length);

  /** Writes one byte. */
  void put8(long physicalAddress, int value);

  /** Writes two bytes. */
  void put16(long physicalAddress, int value);

  /** Writes four bytes. */
  void put32(long physicalAddress, int value);

  /** Writes eight bytes. */
  void put64(long physicalAddress, long value);

  /** Reads one byte, zero-extended. */
  int get8(long physicalAddress);

  /** Reads two bytes, zero-extended. */
  int get16(long physicalAddress);

  /** Reads four bytes. */
  int get32(long physicalAddress);

  /** Reads eight bytes. */
  long get64(long physicalAddress);
}
