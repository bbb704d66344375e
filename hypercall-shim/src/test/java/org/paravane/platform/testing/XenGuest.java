package org.paravane.platform.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootPath;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.Platforms;
import org.paravane.platform.PreparedMachine;

/**
 * A Xen guest with 32 MiB and a kernel that does nothing, at its entry. A PVH guest is in 32-bit mode without paging, a PV
 * guest has its RAM at {@link #PV_BASE}.
 */
public final class XenGuest {
  /** Linear address of a PV guest's first frame. */
  public static final long PV_BASE = 0xffff_ffff_8000_0000L;

  /** An address that leads nowhere, in either kind of guest. */
  public static final long NOWHERE = 0x7000_0000;

  private static final long KERNEL = 0x10_0000;
  private static final long SCRATCH = 0x20_0000;
  private static final int KERNEL_BYTES = 0x20_0000;

  public final PreparedMachine prepared;
  public final Machine machine;
  public final PhysicalMemory memory;
  public final Cpu cpu;
  public final StringBuilder printed = new StringBuilder();
  private final boolean paravirtual;

  private XenGuest(String platform, int processors, Map<String, String> options) {
    paravirtual = platform.equals("xen-pv");
    PlatformRequest request =
        new PlatformRequest(
            KernelImages.parse(kernel(), "kernel"),
            List.of(),
            "",
            32 << 20,
            processors,
            BootPath.DIRECT,
            1,
            false,
            0,
            options,
            value -> printed.append((char) value));
    prepared = Platforms.installed().find(platform).orElseThrow().prepare(request);
    machine = prepared.machine();
    memory = machine.memory();
    cpu = machine.cpu(0);
  }

  /** A PVH guest. */
  public static XenGuest pvh(int processors) {
    return new XenGuest("xen-pvh", processors, Map.of());
  }

  /** A PV guest. */
  public static XenGuest pv(int processors) {
    return new XenGuest("xen-pv", processors, Map.of());
  }

  /** A PV guest with that order of machine frames. */
  public static XenGuest pv(String frames) {
    return new XenGuest("xen-pv", 1, Map.of("xen-mfn", frames));
  }

  private static byte[] kernel() {
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    note(notes, 5, "xen-3.0\0".getBytes(StandardCharsets.US_ASCII));
    note(notes, 3, little(8).putLong(PV_BASE).array());
    note(notes, 1, little(8).putLong(PV_BASE + KERNEL).array());
    note(notes, 18, little(4).putInt((int) KERNEL).array());
    int headers = 64 + 2 * 56;
    ByteBuffer file = little(headers + notes.size() + 1);
    file.putInt(0, 0x464c_457f).put(4, (byte) 2).put(5, (byte) 1).put(6, (byte) 1);
    file.putShort(16, (short) 2)
        .putShort(18, (short) 62)
        .putInt(20, 1)
        .putLong(24, PV_BASE + KERNEL);
    file.putLong(32, 64).putShort(52, (short) 64).putShort(54, (short) 56).putShort(56, (short) 2);
    file.putInt(64, 1)
        .putInt(68, 7)
        .putLong(72, headers + notes.size())
        .putLong(80, PV_BASE + KERNEL);
    file.putLong(88, KERNEL).putLong(96, 1).putLong(104, KERNEL_BYTES).putLong(112, 0x1000);
    file.putInt(120, 4)
        .putLong(128, headers)
        .putLong(152, notes.size())
        .putLong(160, notes.size())
        .putLong(168, 4);
    return file.put(headers, notes.toByteArray()).put(headers + notes.size(), (byte) 0xf4).array();
  }

  private static void note(ByteArrayOutputStream notes, int type, byte[] value) {
    notes.writeBytes(little(12).putInt(4).putInt(value.length).putInt(type).array());
    notes.writeBytes("Xen\0".getBytes(StandardCharsets.US_ASCII));
    notes.writeBytes(Arrays.copyOf(value, value.length + 3 & -4));
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An address in a page of RAM that nobody uses. */
  public long at(int offset) {
    return (paravirtual ? PV_BASE : 0) + SCRATCH + offset;
  }

  /** The frame of {@link #at}. */
  public long frame(int offset) {
    return cpu.memory.probe(at(offset)) >>> 12;
  }

  /** A hypercall of the first processor: what the guest gets. */
  public long call(int number, long... arguments) {
    return callFrom(cpu, number, arguments);
  }

  /** A hypercall of a processor. */
  public long callFrom(Cpu caller, int number, long... arguments) {
    int[] registers =
        paravirtual
            ? new int[] {Cpu.RDI, Cpu.RSI, Cpu.RDX, 10, 8}
            : new int[] {Cpu.RBX, Cpu.RCX, Cpu.RDX, Cpu.RSI, Cpu.RDI};
    for (int i = 0; i < registers.length; i++) {
      caller.gpr[registers[i]] = i < arguments.length ? arguments[i] : 0;
    }
    caller.gpr[Cpu.RAX] = number;
    if (paravirtual) {
      caller.platform.deprivileged().syscall(caller, caller.rip());
      return caller.gpr[Cpu.RAX];
    }
    caller.platform.hypercall(caller, false);
    return (int) caller.gpr[Cpu.RAX];
  }

  /** Writes 16 bits into the guest's memory. */
  public void put16(long address, long value) {
    cpu.memory.write16(address, Segments.DS, (int) value);
  }

  /** Writes 32 bits into the guest's memory. */
  public void put32(long address, long value) {
    cpu.memory.write32(address, Segments.DS, (int) value);
  }

  /** Writes 64 bits into the guest's memory. */
  public void put64(long address, long value) {
    cpu.memory.write64(address, Segments.DS, value);
  }

  /** Bytes of a long, a pointer or a frame number in its structures: a PVH guest is 32-bit code here. */
  public int wordBytes() {
    return paravirtual ? 8 : 4;
  }

  /** Writes a long, a pointer or a frame number into the guest's memory. */
  public void putWord(long address, long value) {
    if (paravirtual) {
      put64(address, value);
    } else {
      put32(address, value);
    }
  }

  /** Reads 32 bits of the guest's memory. */
  public int get32(long address) {
    return cpu.memory.read32(address, Segments.DS);
  }

  /** Reads 64 bits of the guest's memory. */
  public long get64(long address) {
    return cpu.memory.read64(address, Segments.DS);
  }

  /** Runs instructions, given in hexadecimal, at the kernel's entry; so many, or until the guest ends. */
  public ExitReason run(String code, int instructions) {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    long entry = (paravirtual ? PV_BASE : 0) + KERNEL;
    memory.write(cpu.memory.probe(entry), bytes, 0, bytes.length);
    cpu.rip(entry);
    return machine.run(instructions);
  }

  /** Where {@link #run} puts the code. */
  public long entry() {
    return (paravirtual ? PV_BASE : 0) + KERNEL;
  }

  /** What the platform has counted. */
  public Map<String, Long> counters() {
    return prepared.counters().get();
  }
}
