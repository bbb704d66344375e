package org.paravane.platform.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootPath;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Platform.CpuidResult;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.Platforms;

/** A machine of an installed platform with 16 MiB and a kernel that does nothing, entered in 64-bit mode. */
public final class PlatformGuest {
  /** An address that is no RAM. */
  public static final long NOWHERE = 0x7_0000_0000L;

  private static final long ENTRY = 0x100_000;
  private static final int ELF_HEADER_BYTES = 64;
  private static final int PROGRAM_HEADER_BYTES = 56;
  private static final int NOTE_BYTES = 24;
  private static final int VIRT_BASE = 3;
  private static final int XEN_VERSION = 5;
  private static final int ELF32_HEADER_BYTES = 52;
  private static final int PROGRAM32_HEADER_BYTES = 32;
  private static final int PHYS32_ENTRY = 18;

  /** "xen-3.0". */
  private static final long XEN_3_0 = 0x302e_332d_6e65_78L;

  public final Machine machine;
  public final PhysicalMemory memory;
  public final Cpu cpu;

  private PlatformGuest(Machine machine) {
    this.machine = machine;
    memory = machine.memory();
    cpu = machine.cpu(0);
  }

  /** A machine that is there already. */
  public static PlatformGuest of(Machine machine) {
    return new PlatformGuest(machine);
  }

  /** A machine of that platform with so many processors. */
  public static PlatformGuest on(String platform, int processors) {
    return on(platform, processors, kernel());
  }

  /** A machine of that platform with one processor, entered in 32-bit mode without paging. */
  public static PlatformGuest on32(String platform) {
    return on(platform, 1, kernel32());
  }

  /** A machine of that platform with so many processors and a kernel file. */
  public static PlatformGuest on(String platform, int processors, byte[] kernel) {
    PlatformRequest request =
        new PlatformRequest(
            KernelImages.parse(kernel, "kernel"),
            List.of(),
            "",
            16 << 20,
            processors,
            BootPath.DIRECT,
            1,
            false,
            0,
            Map.of(),
            console -> {});
    return new PlatformGuest(
        Platforms.installed().find(platform).orElseThrow().prepare(request).machine());
  }

  /** An ELF file of one segment, HLT and then some room, and notes that offer the same entry to Xen, PVH and PV. */
  private static byte[] kernel() {
    int notes = ELF_HEADER_BYTES + 2 * PROGRAM_HEADER_BYTES;
    int code = notes + 3 * NOTE_BYTES;
    ByteBuffer file = ByteBuffer.allocate(code + 0x1000).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464c_457f).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    file.putShort(16, (short) 2).putShort(18, (short) 62).putInt(20, 1).putLong(24, ENTRY);
    file.putLong(32, ELF_HEADER_BYTES).putShort(52, (short) ELF_HEADER_BYTES);
    file.putShort(54, (short) PROGRAM_HEADER_BYTES).putShort(56, (short) 2);
    segment(file, ELF_HEADER_BYTES, 1, code, ENTRY, 0x1000);
    segment(file, ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES, 4, notes, 0, 3 * NOTE_BYTES);
    note(file, notes, PHYS32_ENTRY, ENTRY);
    note(file, notes + NOTE_BYTES, XEN_VERSION, XEN_3_0);
    note(file, notes + 2 * NOTE_BYTES, VIRT_BASE, 0);
    return file.put(code, (byte) 0xf4).array();
  }

  private static void note(ByteBuffer file, int at, int type, long descriptor) {
    file.putInt(at, 4)
        .putInt(at + 4, 8)
        .putInt(at + 8, type)
        .putInt(at + 12, 0x006e_6558)
        .putLong(at + 16, descriptor);
  }

  /** The same as 32-bit ELF, without a note. */
  private static byte[] kernel32() {
    int code = ELF32_HEADER_BYTES + PROGRAM32_HEADER_BYTES;
    ByteBuffer file = ByteBuffer.allocate(code + 0x1000).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x464c_457f).put(4, (byte) 1).put(5, (byte) 1).put(6, (byte) 1);
    file.putShort(16, (short) 2).putShort(18, (short) 3).putInt(20, 1).putInt(24, (int) ENTRY);
    file.putInt(28, ELF32_HEADER_BYTES).putShort(40, (short) ELF32_HEADER_BYTES);
    file.putShort(42, (short) PROGRAM32_HEADER_BYTES).putShort(44, (short) 1);
    int header = ELF32_HEADER_BYTES;
    file.putInt(header, 1)
        .putInt(header + 4, code)
        .putInt(header + 8, (int) ENTRY)
        .putInt(header + 12, (int) ENTRY);
    file.putInt(header + 16, 0x1000)
        .putInt(header + 20, 0x1000)
        .putInt(header + 24, 7)
        .putInt(header + 28, 4);
    return file.put(code, (byte) 0xf4).array();
  }

  private static void segment(
      ByteBuffer file, int at, int type, long offset, long address, long bytes) {
    file.putInt(at, type).putInt(at + 4, 7).putLong(at + 8, offset).putLong(at + 16, address);
    file.putLong(at + 24, address)
        .putLong(at + 32, bytes)
        .putLong(at + 40, bytes)
        .putLong(at + 48, 4);
  }

  /** Runs instructions, given in hexadecimal, to the HLT behind them. */
  public ExitReason run(String code) {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", "") + "f4");
    memory.write(ENTRY, bytes, 0, bytes.length);
    cpu.rip(ENTRY);
    cpu.events.activity(Activity.RUNNING);
    return machine.run(1000);
  }

  /** A CPUID leaf: EAX, EBX, ECX, EDX. */
  public int[] cpuid(int leaf) {
    CpuidResult result = new CpuidResult();
    cpu.platform.cpuid(cpu, leaf, 0, result);
    return new int[] {result.eax, result.ebx, result.ecx, result.edx};
  }

  /** The signature in leaf 0x40000000. */
  public String signature() {
    int[] leaf = cpuid(0x4000_0000);
    ByteBuffer text = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    text.putInt(leaf[1]).putInt(leaf[2]).putInt(leaf[3]);
    return new String(text.array(), StandardCharsets.US_ASCII).replace("\0", "");
  }

  /** RDMSR. */
  public long readMsr(int msr) {
    return cpu.msrs.read(msr);
  }

  /** WRMSR. */
  public void writeMsr(int msr, long value) {
    cpu.msrs.write(msr, value);
  }

  /** Tells whether an access ends in #GP. */
  public static boolean faults(Runnable access) {
    try {
      access.run();
      return false;
    } catch (GuestFault fault) {
      return fault.vector() == GuestFault.GP;
    }
  }
}
