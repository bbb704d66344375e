package org.paravane.platform.xen;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The page of stubs, 32 bytes a hypercall, for kernels that call instead of using the instruction themselves. */
public final class HypercallPage {
  /** Size in bytes. */
  public static final int BYTES = 4096;

  /** The model-specific register that a PVH guest writes the page's address to. */
  public static final int MSR = 0x4000_0000;

  private static final int SLOT_BYTES = 32;
  private static final int SLOTS = BYTES / SLOT_BYTES;

  private HypercallPage() {}

  /** The stubs of PV guests: SYSCALL with RCX and R11 kept. */
  public static byte[] paravirtual() {
    ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int number = 0; number < SLOTS; number++) {
      page.position(number * SLOT_BYTES);
      if (number == Hypercalls.IRET) {
        page.put(bytes(0x51, 0x41, 0x53, 0x50, 0xb8)).putInt(number).put(bytes(0x0f, 0x05));
      } else {
        page.put(bytes(0x51, 0x41, 0x53, 0xb8))
            .putInt(number)
            .put(bytes(0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3));
      }
    }
    return page.array();
  }

  /** The stubs of PVH guests: VMCALL. */
  public static byte[] hardware() {
    ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int number = 0; number < SLOTS; number++) {
      page.position(number * SLOT_BYTES);
      if (number == Hypercalls.IRET) {
        page.put(bytes(0x0f, 0x0b));
      } else {
        page.put(bytes(0xb8)).putInt(number).put(bytes(0x0f, 0x01, 0xc1, 0xc3));
      }
    }
    return page.array();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
