package org.paravane.core.execution;

import java.util.HexFormat;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A machine with descriptor tables, for tests of segmentation and events. The GDT is at 0x5000, the LDT at 0x5800, the IDT
 * at 0x6000, the TSS at 0x7000, page tables (identity for 2 MiB, every right) at 0x8000.
 */
final class SystemGuest {
  static final int CODE64 = 0x08;
  static final int DATA = 0x10;
  static final int USER_CODE32 = 0x1b;
  static final int USER_DATA = 0x23;
  static final int USER_CODE64 = 0x2b;
  static final int CODE32 = 0x30;
  static final int TSS = 0x40;
  static final int CONFORMING = 0x50;
  static final int ABSENT = 0x58;
  static final int FREE = 0x60;

  static final long GDT = 0x5000;
  static final long IDT = 0x6000;
  static final long TASK = 0x7000;
  static final int GATE = 0x8e00;

  final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 21));
  final PortBus ports = new PortBus();
  final Machine machine = new Machine(memory, ports, new TimerQueue(), new MachineTime.Virtual(10));
  final Cpu cpu = machine.addProcessor(new IdlePlatform());

  SystemGuest() {
    descriptor(CODE64, 0x00af_9b00_0000_ffffL);
    descriptor(DATA, 0x00cf_9300_0000_ffffL);
    descriptor(USER_CODE32, 0x00cf_fb00_0000_ffffL);
    descriptor(USER_DATA, 0x00cf_f300_0000_ffffL);
    descriptor(USER_CODE64, 0x00af_fb00_0000_ffffL);
    descriptor(CODE32, 0x00cf_9b00_0000_ffffL);
    descriptor(TSS, 0x0000_8b00_0000_0067L | TASK << 16);
    descriptor(CONFORMING, 0x00cf_9f00_0000_ffffL);
    descriptor(ABSENT, 0x00cf_1300_0000_ffffL);
    memory.busWrite(0x8000, 8, 0x9007);
    memory.busWrite(0x9000, 8, 0xa007);
    memory.busWrite(0xa000, 8, 0x87);
    cpu.segments.gdtrBase = GDT;
    cpu.segments.gdtrLimit = 0x7f;
    cpu.segments.idtrBase = IDT;
    cpu.segments.idtrLimit = 0xfff;
    cpu.gpr[Cpu.RSP] = 0x20000;
    cpu.rip(0x1000);
  }

  /** 64-bit mode with identity paging. */
  static SystemGuest in64BitMode(int cpl) {
    SystemGuest guest = new SystemGuest();
    guest.cpu.control.load(
        ControlRegisters.CR0_PE | ControlRegisters.CR0_PG | ControlRegisters.CR0_WP,
        0x8000,
        ControlRegisters.CR4_PAE,
        ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA | ControlRegisters.EFER_SCE);
    guest.segments(
        cpl == 3 ? USER_CODE64 : CODE64, cpl == 3 ? USER_DATA : DATA, Segments.RIGHT_L, cpl);
    return guest;
  }

  /** Flat 32-bit protected mode without paging. */
  static SystemGuest in32BitMode(int cpl) {
    SystemGuest guest = new SystemGuest();
    guest.cpu.control.load(ControlRegisters.CR0_PE, 0, 0, 0);
    guest.segments(
        cpl == 3 ? USER_CODE32 : CODE32, cpl == 3 ? USER_DATA : DATA, Segments.RIGHT_DB, cpl);
    return guest;
  }

  private void segments(int code, int data, int size, int cpl) {
    int rights =
        Segments.RIGHT_P
            | Segments.RIGHT_S
            | Segments.RIGHT_G
            | 3
            | cpl << Segments.RIGHT_DPL_SHIFT;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      cpu.segments.set(segment, data, 0, -1, rights | Segments.RIGHT_DB);
    }
    cpu.segments.set(Segments.CS, code, 0, -1, rights | Segments.TYPE_CODE | size);
    cpu.segments.set(Segments.TR, TSS, TASK, 0x67, Segments.RIGHT_P | 0xb);
    cpu.cpl = cpl;
    cpu.updateMode();
  }

  /** Writes a descriptor of the GDT. */
  void descriptor(int selector, long value) {
    memory.busWrite(GDT + (selector & ~7), 8, value);
  }

  /** Writes a gate of a 64-bit IDT; {@code attributes} are bits 47-32 of the gate. */
  void gate64(int vector, int selector, long target, int attributes) {
    memory.busWrite(IDT + 16L * vector, 8, gate(selector, target, attributes));
    memory.busWrite(IDT + 16L * vector + 8, 8, target >>> 32);
  }

  /** Writes a gate of a 32-bit IDT: see {@link #gate64}. */
  void gate32(int vector, int selector, long target, int attributes) {
    memory.busWrite(IDT + 8L * vector, 8, gate(selector, target, attributes));
  }

  static long gate(int selector, long target, int attributes) {
    return target & 0xffff
        | (long) selector << 16
        | (long) attributes << 32
        | (target & 0xffff_0000L) << 32;
  }

  /** Writes code. */
  void code(long address, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    memory.write(address, bytes, 0, bytes.length);
  }

  /** Runs at least that many instructions from RIP, to the end of a block. */
  void run(long instructions) {
    machine.run(instructions);
  }

  /** A quadword of the stack, by its distance in bytes from RSP. */
  long stack64(int above) {
    return memory.busRead(cpu.gpr[Cpu.RSP] + above, 8);
  }

  /** A doubleword of the stack. */
  int stack32(int above) {
    return (int) memory.busRead(cpu.gpr[Cpu.RSP] + above, 4);
  }
}
