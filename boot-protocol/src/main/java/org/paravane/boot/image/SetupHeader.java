package org.paravane.boot.image;

import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;

/**
 * The setup header of a bzImage. Fields carry the kernel's names; those newer than the image's protocol version read as
 * 0.
 *
 * <pre>
 * 1f1 setup_sects 1  1fe boot_flag 2     201 header length-2 1  202 "HdrS" 4       206 version 2
 * 211 loadflags 1    22c initrd_addr_max 4  230 kernel_alignment 4  234 relocatable_kernel 1
 * 236 xloadflags 2   238 cmdline_size 4  248 payload_offset 4   24c payload_length 4
 * 258 pref_address 8 260 init_size 4
 * </pre>
 *
 * @abi linux arch/x86/include/uapi/asm/bootparam.h
 */
public record SetupHeader(
    int setupSectors,
    int version,
    int endOffset,
    long systemBytes,
    int loadFlags,
    long initrdAddressMax,
    long kernelAlignment,
    boolean relocatable,
    int extendedLoadFlags,
    long commandLineSize,
    long payloadOffset,
    long payloadLength,
    long preferredAddress,
    long initSize) {
  /** Where the header begins, in the file and in the zero page. */
  public static final int OFFSET = 0x1f1;

  /** The header may not reach beyond this offset: the next field of the zero page is there. */
  public static final int OFFSET_LIMIT = 0x290;

  /** Oldest version that can be booted. */
  public static final int VERSION_MINIMUM = 0x0206;

  /** Version from which on {@code hardware_subarch} exists. */
  public static final int VERSION_SUBARCH = 0x0207;

  /** Version from which on {@code setup_data} exists. */
  public static final int VERSION_SETUP_DATA = 0x0209;

  private static final int VERSION_PAYLOAD = 0x0208;
  private static final int VERSION_INIT_SIZE = 0x020a;
  private static final int VERSION_XLOADFLAGS = 0x020c;
  private static final int LOADED_HIGH = 1;
  private static final int XLF_KERNEL_64 = 1;
  private static final int SECTOR_BYTES = 512;

  /** Tells whether data has a setup header: the boot sector's end mark and {@code HdrS}. */
  public static boolean matches(ImageBytes data) {
    return data.startsWith(0x1fe, 0x55, 0xaa) && data.startsWith(0x202, 'H', 'd', 'r', 'S');
  }

  /**
   * Reads and checks the header.
   *
   * @throws org.paravane.boot.format.ImageException if it is too old, damaged, or its kernel truncated
   */
  static SetupHeader parse(ImageBytes file) {
    int version = file.u16(0x206, "boot protocol version");
    if (version < VERSION_MINIMUM) {
      throw file.fault(
          ImageError.IMAGE_PROTOCOL_TOO_OLD,
          0x206,
          "boot protocol %d.%02d is older than 2.06; use a kernel from 2.6.22 on",
          version >> 8,
          version & 0xff);
    }
    int sectors = file.u8(OFFSET, "setup sector count");
    int endOffset = 0x202 + file.u8(0x201, "setup header length");
    if (endOffset > OFFSET_LIMIT || endOffset < 0x23c) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED,
          0x201,
          "the setup header cannot end at offset %#x",
          endOffset);
    }
    SetupHeader header =
        new SetupHeader(
            sectors == 0 ? 4 : sectors,
            version,
            endOffset,
            16 * file.u32(0x1f4, "system size"),
            file.u8(0x211, "load flags"),
            file.u32(0x22c, "initrd address limit"),
            file.u32(0x230, "kernel alignment"),
            file.u8(0x234, "relocatable flag") != 0,
            version >= VERSION_XLOADFLAGS ? file.u16(0x236, "extended load flags") : 0,
            file.u32(0x238, "command line size"),
            version >= VERSION_PAYLOAD ? file.u32(0x248, "payload offset") : 0,
            version >= VERSION_PAYLOAD ? file.u32(0x24c, "payload length") : 0,
            version >= VERSION_INIT_SIZE ? file.u64(0x258, "preferred address") : 0,
            version >= VERSION_INIT_SIZE ? file.u32(0x260, "memory size") : 0);
    header.check(file);
    return header;
  }

  private void check(ImageBytes file) {
    if ((loadFlags & LOADED_HIGH) == 0) {
      throw file.fault(
          ImageError.IMAGE_UNSUPPORTED,
          0x211,
          "this is a zImage, loaded low; only bzImages can be booted");
    }
    long available = file.length() - (long) protectedModeOffset();
    if (available <= 0 || systemBytes > available + 15) {
      throw file.fault(
          ImageError.IMAGE_TRUNCATED,
          0x1f4,
          "the header promises %d bytes of kernel after %d of setup code, the file has %d bytes; it is truncated",
          systemBytes,
          protectedModeOffset(),
          file.length());
    }
    if (relocatable && (kernelAlignment == 0 || Long.bitCount(kernelAlignment) != 1)) {
      throw file.fault(
          ImageError.IMAGE_MALFORMED,
          0x230,
          "kernel alignment %#x is not a power of two",
          kernelAlignment);
    }
    if (preferredAddress < 0 || preferredAddress >= 1L << 32) {
      throw file.fault(
          ImageError.IMAGE_UNSUPPORTED,
          0x258,
          "preferred address %#x is beyond 4 GiB",
          preferredAddress);
    }
  }

  /** Byte offset in the file of the part that runs in protected mode. */
  public int protectedModeOffset() {
    return (setupSectors + 1) * SECTOR_BYTES;
  }

  /** Whether there is a 64-bit entry 0x200 bytes into the protected-mode part. */
  public boolean has64BitEntry() {
    return (extendedLoadFlags & XLF_KERNEL_64) != 0;
  }

  /** The version as people write it, such as {@code 2.15}. */
  public String versionText() {
    return "%d.%02d".formatted(version >> 8, version & 0xff);
  }
}
