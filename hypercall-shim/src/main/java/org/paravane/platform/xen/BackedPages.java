package org.paravane.platform.xen;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.paravane.core.io.MmioDevice;

/** Pages of the hypervisor's own that appear among a guest's addresses where it has no RAM. */
public final class BackedPages implements MmioDevice {
  private final ByteBuffer bytes;

  /** Zeroed pages. */
  public BackedPages(int count) {
    bytes = ByteBuffer.allocate(count * 4096).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public long read(long offset, int sizeBytes) {
    int at = (int) offset;
    return switch (sizeBytes) {
      case 1 -> bytes.get(at) & 0xff;
      case 2 -> bytes.getShort(at) & 0xffff;
      case 4 -> bytes.getInt(at) & 0xffff_ffffL;
      default -> bytes.getLong(at);
    };
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    int at = (int) offset;
    switch (sizeBytes) {
      case 1 -> bytes.put(at, (byte) value);
      case 2 -> bytes.putShort(at, (short) value);
      case 4 -> bytes.putInt(at, (int) value);
      default -> bytes.putLong(at, value);
    }
  }
}
