package org.paravane.core.device.pci;

/** 256 bytes of configuration space, each bit read-only unless it was made writable. */
public final class PciConfigSpace implements PciFunction {
  private static final int VENDOR_ID = 0x00;
  private static final int DEVICE_ID = 0x02;
  private static final int COMMAND = 0x04;
  private static final int REVISION_ID = 0x08;
  private static final int CLASS_CODE = 0x09;
  private static final int INTERRUPT_LINE = 0x3c;
  private static final int COMMAND_WRITABLE = 0x0547;

  private final byte[] bytes = new byte[256];
  private final byte[] writable = new byte[256];

  /**
   * Creates the header of a type 0 function.
   *
   * @param classCode class, subclass and interface in bits 16 to 23, 8 to 15 and 0 to 7
   */
  public PciConfigSpace(int vendorId, int deviceId, int classCode, int revisionId) {
    put(VENDOR_ID, 2, vendorId);
    put(DEVICE_ID, 2, deviceId);
    put(REVISION_ID, 1, revisionId);
    put(CLASS_CODE, 3, classCode);
    makeWritable(COMMAND, 2, COMMAND_WRITABLE);
    makeWritable(INTERRUPT_LINE, 1, 0xff);
  }

  /** Sets bytes whatever is writable. */
  public void put(int offset, int sizeBytes, int value) {
    for (int i = 0; i < sizeBytes; i++) {
      bytes[offset + i] = (byte) (value >> 8 * i);
    }
  }

  /** Makes the bits that are set in {@code mask} writable for the guest. */
  public void makeWritable(int offset, int sizeBytes, int mask) {
    for (int i = 0; i < sizeBytes; i++) {
      writable[offset + i] = (byte) (mask >> 8 * i);
    }
  }

  @Override
  public int readConfig(int offset, int sizeBytes) {
    int value = 0;
    for (int i = 0; i < sizeBytes; i++) {
      value |= (bytes[offset + i] & 0xff) << 8 * i;
    }
    return value;
  }

  @Override
  public void writeConfig(int offset, int sizeBytes, int value) {
    for (int i = 0; i < sizeBytes; i++) {
      int mask = writable[offset + i];
      bytes[offset + i] = (byte) (bytes[offset + i] & ~mask | value >> 8 * i & mask);
    }
  }
}
