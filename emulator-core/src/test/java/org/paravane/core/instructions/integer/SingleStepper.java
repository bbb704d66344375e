package org.paravane.core.instructions.integer;

import java.util.HexFormat;
import java.util.Random;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoder;
import org.paravane.core.execution.IdlePlatform;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A processor with 1 MiB of RAM on which tests execute one instruction at a time; it starts in 64-bit mode at CPL 0.
 */
final class SingleStepper {
  /** Where the page table of {@link #page64()} lies. */
  private static final int PAGE_TABLE = 0xf3000;

  final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  final Cpu cpu = new Cpu(0, memory, new PortBus(), new IdlePlatform());
  private final Decoder decoder = new Decoder(InstructionSet.map());

  SingleStepper() {
    enter64();
  }

  /** Enters 64-bit mode without paging, which only a test can. */
  void enter64() {
    enter(0x500, Segments.RIGHT_L, -1);
  }

  /** Enters 64-bit mode with the first 2 MiB mapped to themselves in pages of 4 KiB. */
  void page64() {
    enter64();
    memory.put64(0xf0000, 0xf1007);
    memory.put64(0xf1000, 0xf2007);
    memory.put64(0xf2000, PAGE_TABLE | 7);
    for (int page = 0; page < 512; page++) {
      memory.put64(PAGE_TABLE + 8L * page, (long) page << 12 | 7);
    }
    cpu.control.load(0x8001_0001L, 0xf0000, 0x20, 0x500);
  }

  /** Sets the low bits of a page's entry: 0 not present, 5 read-only, 7 all. */
  void protect(long linear, int rights) {
    memory.put64(PAGE_TABLE + (linear >>> 12) * 8, linear & ~0xfffL | rights);
    cpu.memory.flushPage(linear);
  }

  /** Enters 32-bit protected mode with flat segments; {@code limit} is that of DS and ES. */
  void enter32(int limit) {
    enter(0, Segments.RIGHT_DB, limit);
  }

  /** Enters real-address mode. */
  void enter16() {
    cpu.reset();
    cpu.segments.set(Segments.CS, 0, 0, 0xffff, Segments.RIGHT_P | Segments.RIGHT_S | 0xb);
    cpu.updateMode();
    cpu.rip(0x100);
  }

  private void enter(int efer, int codeSize, int limit) {
    int data = Segments.RIGHT_P | Segments.RIGHT_S | Segments.RIGHT_DB | Segments.RIGHT_G | 3;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      cpu.segments.set(segment, 0x18, 0, segment == Segments.SS ? -1 : limit, data);
    }
    int code = Segments.RIGHT_P | Segments.RIGHT_S | Segments.RIGHT_G | codeSize | 0xb;
    cpu.segments.set(Segments.CS, 0x10, 0, -1, code);
    cpu.control.load(1, 0, 0, efer);
    cpu.segments.modeChanged();
    cpu.updateMode();
    cpu.rip(0x1000);
    cpu.gpr[Cpu.RSP] = 0x8000;
  }

  /** Decodes an instruction. */
  Instruction decode(String hex) {
    byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
    Decoder.Outcome outcome = decoder.decode(code, 0, code.length, cpu.mode, 0);
    if (outcome != Decoder.Outcome.DECODED || decoder.decoded().length() != code.length) {
      throw new IllegalArgumentException(hex + ": " + outcome);
    }
    return decoder.decoded().opcode().factory().create(decoder.decoded());
  }

  /** Executes an instruction. */
  void step(String hex) {
    decode(hex).execute(cpu);
  }

  /** Executes an instruction that faults and gives the vector. */
  int faultOf(String hex) {
    try {
      step(hex);
    } catch (GuestFault fault) {
      return fault.vector();
    }
    throw new AssertionError(hex + " did not fault");
  }

  /** Makes the encoding of an instruction whose 8-bit form has the opcode before that of its other forms. */
  static String encode(int bits, String opcode, int modrm) {
    String map = opcode.substring(0, opcode.length() - 2);
    int last = Integer.parseInt(opcode.substring(opcode.length() - 2), 16);
    return sizePrefix(bits) + map + "%02x%02x".formatted(bits == 8 ? last - 1 : last, modrm);
  }

  /** The prefix that selects an operand size in 64-bit mode. */
  static String sizePrefix(int bits) {
    return bits == 16 ? "66" : bits == 64 ? "48" : "";
  }

  /** All ones in the low {@code bits} bits. */
  static long ones(int bits) {
    return -1L >>> 64 - bits;
  }

  /** A value that is often near a boundary. */
  static long interesting(Random random) {
    long value = random.nextLong();
    return switch (random.nextInt(6)) {
      case 0 -> value & 0xff;
      case 1 -> -(value & 0xff);
      case 2 -> 1L << value;
      case 3 -> (1L << value) - 1;
      case 4 -> value >>> (value & 63);
      default -> value;
    };
  }

  /** Status flags by chance. */
  static int randomFlags(Random random) {
    return random.nextInt() & 0x8d5;
  }

  /** What a register holds after a write of some width. */
  static long merged(long before, int bits, long value) {
    return bits == 64
        ? value
        : bits == 32 ? value & ones(32) : before & ~ones(bits) | value & ones(bits);
  }

  /** SF, ZF and PF of a result. */
  static int resultFlags(long result, int bits) {
    long value = result & ones(bits);
    int ones = 0;
    for (int bit = 0; bit < 8; bit++) {
      ones += (int) (value >>> bit & 1);
    }
    return (value == 0 ? 0x40 : 0) | (value >>> bits - 1 != 0 ? 0x80 : 0) | (ones % 2 == 0 ? 4 : 0);
  }
}
