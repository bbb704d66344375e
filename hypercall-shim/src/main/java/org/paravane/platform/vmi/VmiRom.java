package org.paravane.platform.vmi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.paravane.core.io.MmioDevice;

/**
 * The VMI ROM. Code in it runs at whatever linear address the kernel maps it.
 *
 * <pre>
 * 000 55 aa   002 length / 512   003 16-bit entry   008 "cVmi"   00c API minor, major   00e jump slots
 * 010 virtual_top 4   016 license   018 PCI header   01a PnP header   080 vmi_init   088 get_reloc
 * 0c0 texts   100 PCIR   140 $PnP   200 + 16 n: the function of call n   700 get_reloc itself
 * </pre>
 */
final class VmiRom implements MmioDevice {
  /** Where it lies; a multiple of the 2 KiB that kernels probe at. */
  static final long ADDRESS = 0xc_8000;

  static final int BYTES = 0x1000;

  /** In EBX's lowest byte instead of a call's number: get_reloc asks. */
  static final int GET_RELOC = 0xff;

  private static final int FUNCTIONS = 0x200;
  private static final int FUNCTION_BYTES = 16;
  private static final int RELOCATION_CODE = 0x700;
  private static final int LICENSE = 0xc0;
  private static final int MANUFACTURER = 0xd0;
  private static final int PRODUCT = 0xe0;
  private static final int PCI_HEADER = 0x100;
  private static final int PNP_HEADER = 0x140;
  private static final int CHECKSUM = 7;

  private final ByteBuffer rom =
      ByteBuffer.allocate(BYTES + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  VmiRom() {
    header();
    for (VmiCall call : VmiCall.values()) {
      byte[] code = call.code();
      rom.put(offset(call), code.length == 0 ? trap(call.number) : code);
    }
    // call to the next instruction, pop ecx: where the ROM is mapped.
    byte[] where = HexFormat.of().parseHex("e80000000059");
    rom.put(RELOCATION_CODE, where);
    rom.put(RELOCATION_CODE + where.length, trap(GET_RELOC));
    byte sum = 0;
    for (int i = 0; i < BYTES; i++) {
      sum += rom.get(i);
    }
    rom.put(CHECKSUM, (byte) -sum);
  }

  /** Offset of a call's function. */
  static int offset(VmiCall call) {
    return FUNCTIONS + FUNCTION_BYTES * call.number;
  }

  /** push ebx; mov ebx, magic and number; vmcall; pop ebx; ret. */
  private static byte[] trap(int number) {
    ByteBuffer code = ByteBuffer.allocate(11).order(ByteOrder.LITTLE_ENDIAN);
    return code.put((byte) 0x53)
        .put((byte) 0xbb)
        .putInt(VmiPlatform.MAGIC | number)
        .put(HexFormat.of().parseHex("0f01c15bc3"))
        .array();
  }

  private void header() {
    rom.putShort(0, (short) 0xaa55);
    rom.put(2, (byte) (BYTES / 512));
    rom.put(3, (byte) 0xcb);
    rom.putInt(0x8, 0x696d_5663);
    rom.put(0xd, (byte) 3);
    rom.put(0xe, (byte) 2);
    rom.putShort(0x16, (short) LICENSE);
    rom.putShort(0x18, (short) PCI_HEADER);
    rom.putShort(0x1a, (short) PNP_HEADER);
    // xor eax, eax; ret
    rom.put(0x80, HexFormat.of().parseHex("31c0c3"));
    rom.put(0x88, (byte) 0xe9).putInt(0x89, RELOCATION_CODE - 0x8d);
    text(LICENSE, "GPL");
    text(MANUFACTURER, "Paravane");
    text(PRODUCT, "VMI ROM");
    text(PCI_HEADER, "PCIR");
    rom.putShort(PCI_HEADER + 4, (short) 0x15ad).putShort(PCI_HEADER + 6, (short) 0x801);
    rom.putShort(PCI_HEADER + 0xa, (short) 0x18);
    rom.put(PCI_HEADER + 0xf, (byte) 5);
    rom.putShort(PCI_HEADER + 0x10, (short) (BYTES / 512));
    rom.put(PCI_HEADER + 0x13, (byte) 1);
    rom.put(PCI_HEADER + 0x15, (byte) 0x80);
    text(PNP_HEADER, "$PnP");
    rom.put(PNP_HEADER + 4, (byte) 1).put(PNP_HEADER + 5, (byte) 2);
    rom.putShort(PNP_HEADER + 0xe, (short) MANUFACTURER)
        .putShort(PNP_HEADER + 0x10, (short) PRODUCT);
  }

  private void text(int at, String value) {
    rom.put(at, value.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public long read(long offset, int sizeBytes) {
    return rom.getLong((int) offset);
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    // A ROM.
  }
}
