package org.paravane.core.instructions.vector;

import java.util.HexFormat;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.decode.Decoder;
import org.paravane.core.execution.IdlePlatform;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A processor with 1 MiB of RAM on which tests execute one vector instruction at a time. Linear addresses are physical
 * ones unless {@link #page64()} was called; RSI holds {@link #DATA}.
 */
final class VectorStepper {
  static final int DATA = 0x10000;

  private static final int PAGE_TABLE = 0xf3000;
  private static final long CR0 = 0x31;
  private static final long CR4 = 0x600;

  final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  final Cpu cpu = new Cpu(0, memory, new PortBus(), new IdlePlatform());
  final FpuState fpu = cpu.fpu;
  private final Decoder decoder = new Decoder(InstructionSet.map());
  private int mode = CpuMode.CODE64 | CpuMode.FLAT;

  VectorStepper() {
    control(CR0, CR4);
    cpu.gpr[Cpu.RSI] = DATA;
  }

  /** Sets CR0 and CR4, paging off. */
  void control(long cr0, long cr4) {
    cpu.control.load(cr0, 0, cr4, 0);
  }

  /** Decodes for 32-bit code from now on. */
  void code32() {
    mode = CpuMode.CODE32 | CpuMode.FLAT;
  }

  /** Maps the first 2 MiB to themselves in pages of 4 KiB. */
  void page64() {
    memory.put64(0xf0000, 0xf1007);
    memory.put64(0xf1000, 0xf2007);
    memory.put64(0xf2000, PAGE_TABLE | 7);
    for (int page = 0; page < 512; page++) {
      memory.put64(PAGE_TABLE + 8L * page, (long) page << 12 | 7);
    }
    cpu.control.load(CR0 | 0x8001_0000L, 0xf0000, CR4 | 0x20, 0x500);
  }

  /** Sets the low bits of a page's entry: 0 not present, 5 read-only, 7 all. */
  void protect(long linear, int rights) {
    memory.put64(PAGE_TABLE + (linear >>> 12) * 8, linear & ~0xfffL | rights);
    cpu.memory.flushPage(linear);
  }

  /** Sets an XMM register. */
  void xmm(int register, long high, long low) {
    fpu.xmm[2 * register] = low;
    fpu.xmm[2 * register + 1] = high;
  }

  /** An XMM register as 32 hexadecimal digits. */
  String xmm(int register) {
    return "%016x%016x".formatted(fpu.xmm[2 * register + 1], fpu.xmm[2 * register]);
  }

  /** Executes an instruction. */
  void step(String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    Decoder.Outcome outcome = decoder.decode(code, 0, code.length, mode, 0);
    if (outcome != Decoder.Outcome.DECODED || decoder.decoded().length() != code.length) {
      throw new IllegalArgumentException(hex + ": " + outcome);
    }
    decoder.decoded().opcode().factory().create(decoder.decoded()).execute(cpu);
  }

  /** Executes an instruction and gives the vector of its fault, or -1. */
  int faultOf(String hex) {
    try {
      step(hex);
      return -1;
    } catch (GuestFault fault) {
      return fault.vector();
    }
  }
}
