package org.paravane.core.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.paravane.core.io.MmioDevice;

/**
 * What lies at each guest-physical address: RAM (with the hole below 4 GiB), and devices over or beside it. Reads of
 * nothing give all ones, writes to nothing are ignored, as on a PC.
 */
public final class PhysicalMemory implements GuestMemory {
  private static final int PAGE_SHIFT = 12;
  private static final int PAGE_BYTES = 1 << PAGE_SHIFT;

  private record Range(long start, long end, MmioDevice device) {}

  private final GuestRam ram;
  private final MemorySegment segment;
  private final long lowBytes;
  private final long highBytes;
  private final List<Range> devices = new ArrayList<>();
  private final byte[] codePages;
  private CodeWriteListener codeWriteListener = (offset, length) -> {};

  /** Lays out the RAM: up to 3 GiB from 0, the rest from 4 GiB. */
  public PhysicalMemory(GuestRam ram) {
    this.ram = ram;
    segment = ram.segment();
    lowBytes = Math.min(ram.sizeBytes(), HOLE_START);
    highBytes = ram.sizeBytes() - lowBytes;
    codePages = new byte[Math.toIntExact(ram.sizeBytes() >>> PAGE_SHIFT)];
  }

  /** The RAM behind this map. */
  public GuestRam ram() {
    return ram;
  }

  /**
   * Puts a device at a range of addresses, over RAM if there is any.
   *
   * @param start first guest-physical address, a multiple of 4096
   * @param length bytes, a multiple of 4096
   * @throws IllegalArgumentException if the range overlaps another device's
   */
  public void register(long start, long length, MmioDevice device) {
    long end = start + length;
    for (Range range : devices) {
      if (start < range.end && range.start < end) {
        throw new IllegalArgumentException(
            "device range %#x-%#x is already claimed".formatted(start, end));
      }
    }
    devices.add(new Range(start, end, device));
  }

  /** Takes away the device that was registered at {@code start}. */
  public void unregister(long start) {
    devices.removeIf(range -> range.start == start);
  }

  /** Names who learns of writes to code pages. */
  public void codeWriteListener(CodeWriteListener listener) {
    codeWriteListener = listener;
  }

  /** Offset into RAM of the address, or -1 if there is no RAM or a device lies over it. */
  public long ramOffset(long physicalAddress) {
    if (!devices.isEmpty() && range(physicalAddress) != null) {
      return -1;
    }
    return ramOffsetBelowDevices(physicalAddress);
  }

  private long ramOffsetBelowDevices(long physicalAddress) {
    if (physicalAddress >= 0 && physicalAddress < lowBytes) {
      return physicalAddress;
    }
    long high = physicalAddress - HOLE_END;
    return high >= 0 && high < highBytes ? lowBytes + high : -1;
  }

  /** The guest-physical address of an offset into RAM. */
  public long physicalAddress(long ramOffset) {
    return ramOffset < lowBytes ? ramOffset : HOLE_END + ramOffset - lowBytes;
  }

  private Range range(long physicalAddress) {
    for (int i = 0; i < devices.size(); i++) {
      Range range = devices.get(i);
      if (physicalAddress >= range.start && physicalAddress < range.end) {
        return range;
      }
    }
    return null;
  }

  /** Tells whether the RAM page that holds the offset is marked as holding decoded code. */
  public boolean isCode(long ramOffset) {
    return codePages[(int) (ramOffset >>> PAGE_SHIFT)] != 0;
  }

  /** Marks the RAM page that holds the offset as holding decoded code, or as free of it. */
  public void markCode(long ramOffset, boolean code) {
    codePages[(int) (ramOffset >>> PAGE_SHIFT)] = (byte) (code ? 1 : 0);
  }

  /**
   * Reads as the processor's bus does.
   *
   * @param sizeBytes 1, 2, 4 or 8; the access stays inside one page
   * @return the value, zero-extended
   */
  public long busRead(long physicalAddress, int sizeBytes) {
    Range range = devices.isEmpty() ? null : range(physicalAddress);
    if (range != null) {
      long value = range.device.read(physicalAddress - range.start, sizeBytes);
      return sizeBytes == 8 ? value : value & ((1L << 8 * sizeBytes) - 1);
    }
    long offset = ramOffsetBelowDevices(physicalAddress);
    if (offset < 0) {
      return sizeBytes == 8 ? -1L : (1L << 8 * sizeBytes) - 1;
    }
    return switch (sizeBytes) {
      case 1 -> segment.get(ValueLayout.JAVA_BYTE, offset) & 0xffL;
      case 2 -> segment.get(GuestRam.SHORT, offset) & 0xffffL;
      case 4 -> segment.get(GuestRam.INT, offset) & 0xffff_ffffL;
      default -> segment.get(GuestRam.LONG, offset);
    };
  }

  /**
   * Writes as the processor's bus does.
   *
   * @param sizeBytes 1, 2, 4 or 8; the access stays inside one page
   */
  public void busWrite(long physicalAddress, int sizeBytes, long value) {
    Range range = devices.isEmpty() ? null : range(physicalAddress);
    if (range != null) {
      range.device.write(
          physicalAddress - range.start,
          sizeBytes,
          sizeBytes == 8 ? value : value & ((1L << 8 * sizeBytes) - 1));
      return;
    }
    long offset = ramOffsetBelowDevices(physicalAddress);
    if (offset < 0) {
      return;
    }
    beforeWrite(offset, sizeBytes);
    switch (sizeBytes) {
      case 1 -> segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
      case 2 -> segment.set(GuestRam.SHORT, offset, (short) value);
      case 4 -> segment.set(GuestRam.INT, offset, (int) value);
      default -> segment.set(GuestRam.LONG, offset, value);
    }
  }

  private void beforeWrite(long offset, long length) {
    for (long at = offset; at < offset + length; ) {
      int inPage = (int) Math.min(offset + length - at, PAGE_BYTES - (at & (PAGE_BYTES - 1)));
      if (codePages[(int) (at >>> PAGE_SHIFT)] != 0) {
        codeWriteListener.beforeCodeWrite(at, inPage);
      }
      at += inPage;
    }
  }

  private long checked(long physicalAddress, long length) {
    long offset = ramOffsetBelowDevices(physicalAddress);
    long regionEnd = physicalAddress < HOLE_START ? lowBytes : HOLE_END + highBytes;
    if (length < 0 || offset < 0 || length > regionEnd - physicalAddress) {
      throw new IllegalArgumentException(
          "%d bytes at guest-physical %#x are not all RAM".formatted(length, physicalAddress));
    }
    return offset;
  }

  private long checkedForWrite(long physicalAddress, long length) {
    long offset = checked(physicalAddress, length);
    beforeWrite(offset, length);
    return offset;
  }

  @Override
  public long sizeBytes() {
    return ram.sizeBytes();
  }

  @Override
  public void write(long physicalAddress, byte[] source, int offset, int length) {
    long at = checkedForWrite(physicalAddress, length);
    MemorySegment.copy(source, offset, segment, ValueLayout.JAVA_BYTE, at, length);
  }

  @Override
  public void write(long physicalAddress, MemorySegment source) {
    long at = checkedForWrite(physicalAddress, source.byteSize());
    MemorySegment.copy(source, 0, segment, at, source.byteSize());
  }

  @Override
  public void zero(long physicalAddress, long length) {
    long at = checkedForWrite(physicalAddress, length);
    segment.asSlice(at, length).fill((byte) 0);
  }

  @Override
  public void read(long physicalAddress, byte[] destination, int offset, int length) {
    long at = checked(physicalAddress, length);
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, destination, offset, length);
  }

  @Override
  public void put8(long physicalAddress, int value) {
    segment.set(ValueLayout.JAVA_BYTE, checkedForWrite(physicalAddress, 1), (byte) value);
  }

  @Override
  public void put16(long physicalAddress, int value) {
    segment.set(GuestRam.SHORT, checkedForWrite(physicalAddress, 2), (short) value);
  }

  @Override
  public void put32(long physicalAddress, int value) {
    segment.set(GuestRam.INT, checkedForWrite(physicalAddress, 4), value);
  }

  @Override
  public void put64(long physicalAddress, long value) {
    segment.set(GuestRam.LONG, checkedForWrite(physicalAddress, 8), value);
  }

  @Override
  public int get8(long physicalAddress) {
    return segment.get(ValueLayout.JAVA_BYTE, checked(physicalAddress, 1)) & 0xff;
  }

  @Override
  public int get16(long physicalAddress) {
    return segment.get(GuestRam.SHORT, checked(physicalAddress, 2)) & 0xffff;
  }

  @Override
  public int get32(long physicalAddress) {
    return segment.get(GuestRam.INT, checked(physicalAddress, 4));
  }

  @Override
  public long get64(long physicalAddress) {
    return segment.get(GuestRam.LONG, checked(physicalAddress, 8));
  }
}
