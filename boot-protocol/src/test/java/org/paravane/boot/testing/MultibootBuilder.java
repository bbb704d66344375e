package org.paravane.boot.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Small multiboot kernels. Their contents are 64 bytes or more, with the header at the beginning, loaded at 1 MiB. */
public final class MultibootBuilder {
  /** Where all of them are loaded. */
  public static final int LOAD = 0x100000;

  /** Where all of them are entered. */
  public static final int ENTRY = LOAD + 0x30;

  private MultibootBuilder() {}

  /** ELF32 with a multiboot 1 header. */
  public static byte[] elf1() {
    return elf(header1(0x3, 48));
  }

  /** ELF32 with a multiboot 2 header that requests information. */
  public static byte[] elf2(int... requestedTags) {
    int requestBytes = 8 + 4 * requestedTags.length + 7 & -8;
    ByteBuffer header = little(16 + requestBytes + 8);
    header.putInt(0xe85250d6).putInt(0).putInt(header.capacity());
    header.putInt(-(0xe85250d6 + header.capacity()));
    header.putShort((short) 1).putShort((short) 0).putInt(8 + 4 * requestedTags.length);
    for (int tag : requestedTags) {
      header.putInt(tag);
    }
    header.putInt(16 + requestBytes + 4, 8);
    return elf(header.array());
  }

  /** A file that isn't ELF, with addresses in its multiboot 1 header: 80 bytes, the header at 16, a bss of 32 bytes. */
  public static byte[] flat1() {
    ByteBuffer file = little(80);
    file.put(16, header1(0x10000, 48));
    file.putInt(28, LOAD + 16)
        .putInt(32, LOAD)
        .putInt(36, LOAD + 80)
        .putInt(40, LOAD + 112)
        .putInt(44, ENTRY);
    return file.put(64, (byte) 0x77).array();
  }

  private static byte[] header1(int flags, int bytes) {
    return little(bytes)
        .putInt(0, 0x1badb002)
        .putInt(4, flags)
        .putInt(8, -(0x1badb002 + flags))
        .array();
  }

  private static byte[] elf(byte[] header) {
    byte[] contents = Arrays.copyOf(header, Math.max(64, header.length));
    return ElfBuilder.elf32().entry(ENTRY).load(LOAD, LOAD, contents, 0x100).build();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
