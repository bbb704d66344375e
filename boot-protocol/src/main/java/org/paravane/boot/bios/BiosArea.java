package org.paravane.boot.bios;

import org.paravane.boot.placement.MemoryMap;
import org.paravane.boot.placement.PhysicalLayout;
import org.paravane.core.memory.GuestMemory;

/**
 * The interrupt vectors, the BIOS data area and the extended BIOS data area of a PC without disks, keyboard and display.
 * Kernels look there for the end of low memory, and may go back to real-address mode to ask the BIOS.
 *
 * <pre>
 * 00000  256 vectors   F000:FF53, which returns at once, but for the services below
 * 00400  COM1          3f8
 * 0040e  EBDA          segment of the extended BIOS data area
 * 00410  equipment     bit 1 x87, bits 9 to 11 number of serial ports
 * 00413  memory        KiB below the extended BIOS data area
 * 9fc00  EBDA size     KiB
 * </pre>
 *
 * <p>INT 11h and INT 12h give the equipment and the memory. INT 13h (disks) and INT 15h (system) fail with CF set, so the
 * memory map is only where the boot protocol puts it.
 */
public final class BiosArea {
  private static final int ROM_SEGMENT = 0xf000;
  private static final int VECTORS = 256;
  private static final long DATA_END = 0x500;
  private static final long SERIAL_PORTS = 0x400;
  private static final long EXTENDED_SEGMENT = 0x40e;
  private static final long EQUIPMENT = 0x410;
  private static final long MEMORY_KIB = 0x413;
  private static final int EQUIPMENT_X87_ONE_SERIAL_PORT = 0x202;
  private static final int COM1 = 0x3f8;

  /** Where IBM's BIOS has its IRET; programs compare vectors with it to see that nobody serves them. */
  private static final int RETURN_OFFSET = 0xff53;

  private static final int[] RETURN = {0xcf};

  private BiosArea() {}

  /**
   * Writes it all.
   *
   * @throws org.paravane.boot.placement.BootException if something else lies below 500h
   */
  public static void write(PhysicalLayout layout, GuestMemory memory) {
    layout.claim("interrupt vectors and BIOS data", 0, DATA_END);
    rom(memory, RETURN_OFFSET, RETURN);
    for (int vector = 0; vector < VECTORS; vector++) {
      vector(memory, vector, RETURN_OFFSET);
    }
    service(memory, 0x11, 0xf84d, dataWord(EQUIPMENT));
    service(memory, 0x12, 0xf841, dataWord(MEMORY_KIB));
    service(memory, 0x13, 0xec59, failure(0x01));
    service(memory, 0x15, 0xf859, failure(0x86));
    memory.put16(SERIAL_PORTS, COM1);
    memory.put16(EXTENDED_SEGMENT, (int) (MemoryMap.LOW_RAM_END >> 4));
    memory.put16(EQUIPMENT, EQUIPMENT_X87_ONE_SERIAL_PORT);
    memory.put16(MEMORY_KIB, (int) (MemoryMap.LOW_RAM_END >> 10));
    // Everything between the end of low memory and the video memory is the extended BIOS data area.
    memory.put8(MemoryMap.LOW_RAM_END, 1);
  }

  /** PUSH DS; PUSH 40h; POP DS; MOV AX, [word]; POP DS; IRET. */
  private static int[] dataWord(long address) {
    return new int[] {0x1e, 0x6a, 0x40, 0x1f, 0xa1, (int) (address - 0x400), 0, 0x1f, 0xcf};
  }

  /** Sets CF in the caller's flags: PUSH BP; MOV BP, SP; OR BYTE [BP+6], 1; POP BP; MOV AH, status; IRET. */
  private static int[] failure(int status) {
    return new int[] {0x55, 0x89, 0xe5, 0x80, 0x4e, 0x06, 0x01, 0x5d, 0xb4, status, 0xcf};
  }

  private static void service(GuestMemory memory, int vector, int offset, int[] code) {
    rom(memory, offset, code);
    vector(memory, vector, offset);
  }

  private static void vector(GuestMemory memory, int vector, int offset) {
    memory.put32(vector * 4L, ROM_SEGMENT << 16 | offset);
  }

  private static void rom(GuestMemory memory, int offset, int[] code) {
    for (int i = 0; i < code.length; i++) {
      memory.put8(((long) ROM_SEGMENT << 4) + offset + i, code[i]);
    }
  }
}
