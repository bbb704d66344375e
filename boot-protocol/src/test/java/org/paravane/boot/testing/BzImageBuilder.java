package org.paravane.boot.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts small bzImages together: one setup sector, then a protected-mode part with the payload at 0x400. */
public final class BzImageBuilder {
  private static final int PROTECTED_MODE = 1024;
  private static final int PAYLOAD = 0x400;

  private byte[] payload = new byte[0];
  private int version = 0x020f;
  private int extendedLoadFlags = 1;

  public BzImageBuilder payload(byte[] bytes) {
    payload = bytes;
    return this;
  }

  /** A compressed payload with the size that kernel builds append. */
  public BzImageBuilder payload(byte[] compressed, int unpackedBytes) {
    ByteBuffer buffer = ByteBuffer.allocate(compressed.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    return payload(buffer.put(compressed).putInt(unpackedBytes).array());
  }

  public BzImageBuilder version(int value) {
    version = value;
    return this;
  }

  public BzImageBuilder extendedLoadFlags(int value) {
    extendedLoadFlags = value;
    return this;
  }

  public byte[] build() {
    int protectedBytes = PAYLOAD + payload.length + 15 & -16;
    ByteBuffer file =
        ByteBuffer.allocate(PROTECTED_MODE + protectedBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0x1f1, (byte) 1).putInt(0x1f4, protectedBytes / 16).putShort(0x1fe, (short) 0xaa55);
    file.put(0x200, (byte) 0xeb)
        .put(0x201, (byte) 0x6a)
        .putInt(0x202, 0x53726448)
        .putShort(0x206, (short) version);
    file.putShort(0x20e, (short) 0x100)
        .put(0x300, "9.8.7-test\0".getBytes(StandardCharsets.US_ASCII));
    file.put(0x211, (byte) 1)
        .putInt(0x214, 0x100000)
        .putInt(0x22c, 0x7fffffff)
        .putInt(0x230, 0x200000);
    file.put(0x234, (byte) 1).putShort(0x236, (short) extendedLoadFlags).putInt(0x238, 2047);
    file.putInt(0x248, payload.length == 0 ? 0 : PAYLOAD).putInt(0x24c, payload.length);
    file.putLong(0x258, 0x1000000).putInt(0x260, 0x800000);
    for (int i = 0; i < PAYLOAD; i++) {
      file.put(PROTECTED_MODE + i, (byte) (i * 7));
    }
    return file.put(PROTECTED_MODE + PAYLOAD, payload).array();
  }
}
