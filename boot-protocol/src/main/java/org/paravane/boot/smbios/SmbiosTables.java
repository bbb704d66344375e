package org.paravane.boot.smbios;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.paravane.core.memory.GuestMemory;

/**
 * A set of SMBIOS tables in guest memory.
 *
 * <pre>
 * entry point: 00 "_SM_"   04 checksum 1   05 length 1   06 major 1   07 minor 1   08 largest structure 2   0a revision 1
 *              10 "_DMI_"   15 checksum from 10 on 1   16 table length 2   18 table address 4   1c structures 2   1e BCD 1
 * </pre>
 *
 * @param entryPoint guest-physical address of the entry point
 * @param length bytes from there to the end of the last structure
 */
public record SmbiosTables(long entryPoint, long length) {
  /** Where BIOSes have the entry point: at a multiple of 16 up to 0xfffff. Reserved in every memory map. */
  public static final long DEFAULT_ADDRESS = 0xf0000;

  private static final int ENTRY_BYTES = 0x1f;
  private static final int INTERMEDIATE_OFFSET = 0x10;
  private static final int INTERMEDIATE_BYTES = 0x0f;
  private static final int TABLE_OFFSET = 0x20;

  private static final int BIOS_INFORMATION = 0;
  private static final int SYSTEM_INFORMATION = 1;
  private static final int BASEBOARD_INFORMATION = 2;
  private static final int SYSTEM_ENCLOSURE = 3;
  private static final int END_OF_TABLE = 127;

  private static final int CHASSIS_HANDLE = 3;
  private static final int CHARACTERISTICS_NOT_SUPPORTED = 1 << 3;
  private static final int VIRTUAL_MACHINE = 1 << 4;
  private static final int WAKE_UP_POWER_SWITCH = 6;
  private static final int BOARD_HOSTING_AND_REPLACEABLE = 0x09;
  private static final int BOARD_TYPE_MOTHERBOARD = 0x0a;
  private static final int CHASSIS_OTHER = 1;
  private static final int STATE_SAFE = 3;
  private static final int SECURITY_NONE = 3;

  /**
   * Writes the entry point and behind it the structures.
   *
   * @param address where the entry point goes, a multiple of 16 in the range that {@link #DEFAULT_ADDRESS} begins
   */
  public static SmbiosTables write(GuestMemory memory, long address, SmbiosIdentity identity) {
    if ((address & 15) != 0 || address < DEFAULT_ADDRESS || address > 0xffff0) {
      throw new IllegalArgumentException(
          "no SMBIOS entry point is looked for at %#x".formatted(address));
    }
    List<byte[]> structures =
        List.of(
            bios(identity).encode(),
            system(identity).encode(),
            board(identity).encode(),
            chassis(identity).encode(),
            new SmbiosStructure(END_OF_TABLE, END_OF_TABLE).encode());
    ByteArrayOutputStream table = new ByteArrayOutputStream();
    int largest = 0;
    for (byte[] structure : structures) {
      table.writeBytes(structure);
      largest = Math.max(largest, structure.length);
    }
    byte[] entry = entryPoint(address + TABLE_OFFSET, table.size(), structures.size(), largest);
    memory.write(address, entry, 0, entry.length);
    memory.write(address + TABLE_OFFSET, table.toByteArray(), 0, table.size());
    return new SmbiosTables(address, TABLE_OFFSET + table.size());
  }

  private static SmbiosStructure bios(SmbiosIdentity identity) {
    return new SmbiosStructure(BIOS_INFORMATION, 0)
        .string(identity.biosVendor())
        .string(identity.biosVersion())
        .field(DEFAULT_ADDRESS >> 4, 2)
        .string(identity.biosDate())
        .field(0, 1)
        .field(CHARACTERISTICS_NOT_SUPPORTED, 8)
        .field(0, 1)
        .field(VIRTUAL_MACHINE, 1)
        .field(0xffff_ffffL, 4);
  }

  private static SmbiosStructure system(SmbiosIdentity identity) {
    UUID uuid = identity.uuid();
    long high = uuid.getMostSignificantBits();
    return new SmbiosStructure(SYSTEM_INFORMATION, 1)
        .string(identity.manufacturer())
        .string(identity.product())
        .string("None")
        .string(identity.serial())
        .field(high >>> 32, 4)
        .field(high >>> 16, 2)
        .field(high, 2)
        .field(Long.reverseBytes(uuid.getLeastSignificantBits()), 8)
        .field(WAKE_UP_POWER_SWITCH, 1)
        .string("")
        .string("");
  }

  private static SmbiosStructure board(SmbiosIdentity identity) {
    return new SmbiosStructure(BASEBOARD_INFORMATION, 2)
        .string(identity.manufacturer())
        .string(identity.board())
        .string("None")
        .string("None")
        .string("")
        .field(BOARD_HOSTING_AND_REPLACEABLE, 1)
        .string("")
        .field(CHASSIS_HANDLE, 2)
        .field(BOARD_TYPE_MOTHERBOARD, 1)
        .field(0, 1);
  }

  private static SmbiosStructure chassis(SmbiosIdentity identity) {
    return new SmbiosStructure(SYSTEM_ENCLOSURE, CHASSIS_HANDLE)
        .string(identity.manufacturer())
        .field(CHASSIS_OTHER, 1)
        .string("None")
        .string("None")
        .string("")
        .field(STATE_SAFE, 1)
        .field(STATE_SAFE, 1)
        .field(STATE_SAFE, 1)
        .field(SECURITY_NONE, 1)
        .field(0, 4)
        .field(0, 1)
        .field(1, 1)
        .field(0, 1)
        .field(0, 1);
  }

  private static byte[] entryPoint(long table, int tableBytes, int count, int largest) {
    ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(0, "_SM_".getBytes(StandardCharsets.US_ASCII)).put(5, (byte) ENTRY_BYTES);
    entry.put(6, (byte) 2).put(7, (byte) 8).putShort(8, (short) largest);
    entry.put(INTERMEDIATE_OFFSET, "_DMI_".getBytes(StandardCharsets.US_ASCII));
    entry
        .putShort(0x16, (short) tableBytes)
        .putInt(0x18, (int) table)
        .putShort(0x1c, (short) count);
    entry.put(0x1e, (byte) 0x28);
    entry.put(0x15, checksum(entry.array(), INTERMEDIATE_OFFSET, INTERMEDIATE_BYTES));
    entry.put(4, checksum(entry.array(), 0, ENTRY_BYTES));
    return entry.array();
  }

  /** The byte that makes the sum zero, where the checksum field itself is still zero. */
  private static byte checksum(byte[] bytes, int from, int count) {
    int sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += bytes[i];
    }
    return (byte) -sum;
  }
}
