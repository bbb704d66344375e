package org.paravane.boot.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.image.SetupHeader;
import org.paravane.boot.placement.MemoryMap;
import org.paravane.boot.placement.MemoryRegion;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;

/**
 * {@code struct boot_params}. All of screen_info stays zero, which tells the kernel that there is no VGA.
 *
 * <pre>
 * 070 acpi_rsdp_addr 8      0c0 ext_ramdisk_image 4  0c4 ext_ramdisk_size 4  0c8 ext_cmd_line_ptr 4
 * 1e0 alt_mem_k 4           1e8 e820_entries 1       1ef sentinel 1          1f1 setup header
 * 2d0 e820_table 128 * {addr 8, size 8, type 4}
 * </pre>
 *
 * @abi linux arch/x86/include/uapi/asm/bootparam.h
 */
final class ZeroPage {
  /** Size of the page. */
  static final int BYTES = 4096;

  private static final int ACPI_RSDP_ADDR = 0x70;
  private static final int EXT_RAMDISK_IMAGE = 0xc0;
  private static final int EXT_RAMDISK_SIZE = 0xc4;
  private static final int ALT_MEM_K = 0x1e0;
  private static final int E820_ENTRIES = 0x1e8;
  private static final int BOOT_FLAG = 0x1fe;
  private static final int HEADER = 0x202;
  private static final int VERSION = 0x206;
  private static final int TYPE_OF_LOADER = 0x210;
  private static final int LOADFLAGS = 0x211;
  private static final int CODE32_START = 0x214;
  private static final int RAMDISK_IMAGE = 0x218;
  private static final int RAMDISK_SIZE = 0x21c;
  private static final int CMD_LINE_PTR = 0x228;
  private static final int INITRD_ADDR_MAX = 0x22c;
  private static final int KERNEL_ALIGNMENT = 0x230;
  private static final int CMDLINE_SIZE = 0x238;
  private static final int HARDWARE_SUBARCH = 0x23c;
  private static final int SETUP_DATA = 0x250;
  private static final int E820_TABLE = 0x2d0;

  private static final int LOADER_UNDEFINED = 0xff;
  private static final int LOADED_HIGH = 1;
  private static final int MOST_E820_ENTRIES = 128;

  private final ByteBuffer page = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private ZeroPage() {
    page.put(TYPE_OF_LOADER, (byte) LOADER_UNDEFINED);
  }

  /** A page with a bzImage's own header. */
  static ZeroPage of(ImageBytes file, SetupHeader header) {
    ZeroPage result = new ZeroPage();
    int from = file.arrayOffset() + SetupHeader.OFFSET;
    result.page.put(
        SetupHeader.OFFSET, file.array(), from, header.endOffset() - SetupHeader.OFFSET);
    result.page.put(TYPE_OF_LOADER, (byte) LOADER_UNDEFINED);
    return result;
  }

  /** A page for a kernel that comes without a header: a bare ELF file. */
  static ZeroPage forElf(long initrdAddressMax, int commandLineLimit) {
    ZeroPage result = new ZeroPage();
    result.page.putShort(BOOT_FLAG, (short) 0xaa55);
    result.page.putInt(HEADER, 0x53726448);
    result.page.putShort(VERSION, (short) 0x020f);
    result.page.put(LOADFLAGS, (byte) LOADED_HIGH);
    result.page.putInt(INITRD_ADDR_MAX, (int) initrdAddressMax);
    result.page.putInt(KERNEL_ALIGNMENT, 0x200000);
    result.page.putInt(CMDLINE_SIZE, commandLineLimit);
    return result;
  }

  ZeroPage code32Start(long address) {
    page.putInt(CODE32_START, (int) address);
    return this;
  }

  ZeroPage commandLine(long address) {
    page.putInt(CMD_LINE_PTR, (int) address);
    return this;
  }

  ZeroPage initrd(PlacedRange range) {
    page.putInt(RAMDISK_IMAGE, (int) range.start());
    page.putInt(EXT_RAMDISK_IMAGE, (int) (range.start() >>> 32));
    page.putInt(RAMDISK_SIZE, (int) range.length());
    page.putInt(EXT_RAMDISK_SIZE, (int) (range.length() >>> 32));
    return this;
  }

  ZeroPage hardwareSubarch(int value) {
    page.putInt(HARDWARE_SUBARCH, value);
    return this;
  }

  ZeroPage acpiRsdp(long address) {
    page.putLong(ACPI_RSDP_ADDR, address);
    return this;
  }

  ZeroPage setupData(long address) {
    page.putLong(SETUP_DATA, address);
    return this;
  }

  ZeroPage memoryMap(MemoryMap map) {
    int count = map.regions().size();
    if (count > MOST_E820_ENTRIES) {
      throw new IllegalArgumentException("a zero page holds 128 memory regions, got " + count);
    }
    page.put(E820_ENTRIES, (byte) count);
    int at = E820_TABLE;
    for (MemoryRegion region : map.regions()) {
      page.putLong(at, region.start());
      page.putLong(at + 8, region.length());
      page.putInt(at + 16, region.type().number());
      at += 20;
    }
    long above = map.endOfRamFromOneMegabyte() - MemoryMap.HIGH_RAM_START;
    page.putInt(ALT_MEM_K, (int) (above >>> 10));
    return this;
  }

  void write(GuestMemory memory, long address) {
    memory.write(address, page.array(), 0, BYTES);
  }
}
