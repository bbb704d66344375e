package org.paravane.boot.acpi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.paravane.core.memory.GuestMemory;

/**
 * A set of ACPI tables in guest memory.
 *
 * <pre>
 * table header: 00 signature 4   04 length 4   08 revision 1   09 checksum 1   0a OEM id 6   10 OEM table id 8
 *               18 OEM revision 4   1c creator 4   20 creator revision 4
 * </pre>
 *
 * @param rsdpAddress guest-physical address of the RSDP
 * @param length bytes from there to the end of the last table
 */
public record AcpiTables(long rsdpAddress, long length) {
  /** Where PCs have their BIOS and kernels look for an RSDP; reserved in every memory map. */
  public static final long DEFAULT_ADDRESS = 0xe0000;

  private static final int HEADER_BYTES = 36;
  private static final int RSDP_BYTES = 36;
  private static final int RSDP_BYTES_REVISION_0 = 20;
  private static final int FACS_BYTES = 64;
  private static final int XSDT_BYTES = HEADER_BYTES + 2 * 8;
  private static final String OEM_ID = "PARAVN";
  private static final String OEM_TABLE_ID = "PARAVANE";

  /**
   * Writes the tables one after the other.
   *
   * @param address where they begin, a multiple of 64 below 4 GiB; the RSDP comes first
   */
  public static AcpiTables write(GuestMemory memory, long address, AcpiConfig config) {
    if ((address & 63) != 0 || address < 0 || address >= 1L << 32) {
      throw new IllegalArgumentException("ACPI tables can't begin at %#x".formatted(address));
    }
    byte[] dsdt = table("DSDT", 2, Dsdt.body(config));
    byte[] madt = table("APIC", Madt.REVISION, Madt.body(config));
    long facsAddress = address + 64;
    long xsdtAddress = facsAddress + FACS_BYTES;
    long fadtAddress = align(xsdtAddress + XSDT_BYTES);
    long madtAddress = align(fadtAddress + Fadt.BYTES);
    long dsdtAddress = align(madtAddress + madt.length);

    ByteBuffer fadt = little(Fadt.BYTES);
    Fadt.fill(fadt, config, facsAddress, dsdtAddress);
    byte[] fadtBody = new byte[Fadt.BYTES - HEADER_BYTES];
    fadt.get(HEADER_BYTES, fadtBody);

    put(memory, address, rsdp(xsdtAddress));
    put(memory, facsAddress, facs());
    byte[] pointers = Aml.join(Aml.little(fadtAddress, 8), Aml.little(madtAddress, 8));
    put(memory, xsdtAddress, table("XSDT", 1, pointers));
    put(memory, fadtAddress, table("FACP", Fadt.REVISION, fadtBody));
    put(memory, madtAddress, madt);
    put(memory, dsdtAddress, dsdt);
    return new AcpiTables(address, dsdtAddress + dsdt.length - address);
  }

  private static byte[] rsdp(long xsdtAddress) {
    ByteBuffer rsdp = little(RSDP_BYTES);
    rsdp.put(0, ascii("RSD PTR ")).put(9, ascii(OEM_ID)).put(15, (byte) 2);
    rsdp.putInt(20, RSDP_BYTES).putLong(24, xsdtAddress);
    rsdp.put(8, checksum(rsdp.array(), RSDP_BYTES_REVISION_0));
    rsdp.put(32, checksum(rsdp.array(), RSDP_BYTES));
    return rsdp.array();
  }

  private static byte[] facs() {
    return little(FACS_BYTES).put(0, ascii("FACS")).putInt(4, FACS_BYTES).put(32, (byte) 2).array();
  }

  private static byte[] table(String signature, int revision, byte[] body) {
    ByteBuffer table = little(HEADER_BYTES + body.length);
    table.put(0, ascii(signature)).putInt(4, table.capacity()).put(8, (byte) revision);
    table.put(10, ascii(OEM_ID)).put(16, ascii(OEM_TABLE_ID)).putInt(24, 1);
    table.put(28, ascii("PRVN")).putInt(32, 1).put(HEADER_BYTES, body);
    return table.put(9, checksum(table.array(), table.capacity())).array();
  }

  /** The byte that makes the sum of the first bytes zero, where the checksum field itself is still zero. */
  private static byte checksum(byte[] table, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += table[i];
    }
    return (byte) -sum;
  }

  private static long align(long address) {
    return address + 15 & -16;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void put(GuestMemory memory, long address, byte[] bytes) {
    memory.write(address, bytes, 0, bytes.length);
  }
}
