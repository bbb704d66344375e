package org.paravane.debug.gdb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;

/**
 * The registers by gdb's numbers, which are the places in this list. It is the same in every mode: gdb takes no other one
 * when the processor changes between 16, 32 and 64 bits, so all are described as those of a 64-bit processor.
 */
final class RegisterFile {
  private static final int EMPTY_TAG = 3;

  /** A way to a register's value, at most 64 bits. */
  private interface Reader {
    long read(Cpu cpu);
  }

  private interface Writer {
    /** Writes it; throws a {@link GuestFault} if the processor would. */
    void write(Cpu cpu, long value);
  }

  /**
   * A register.
   *
   * @param feature the short name of the part of the target description that it belongs to
   * @param type gdb's type
   */
  record Register(String feature, String name, int bits, String type, Access access) {
    int bytes() {
      return bits / 8;
    }
  }

  /** Gets a register into a buffer, and back. */
  private interface Access {
    void read(Cpu cpu, ByteBuffer into);

    void write(Cpu cpu, ByteBuffer from);
  }

  /** A register of up to 64 bits. */
  private record Plain(int bits, Reader reader, Writer writer) implements Access {
    @Override
    public void read(Cpu cpu, ByteBuffer into) {
      long value = reader.read(cpu);
      if (bits == 64) {
        into.putLong(value);
      } else {
        into.putInt((int) value);
      }
    }

    @Override
    public void write(Cpu cpu, ByteBuffer from) {
      long value = bits == 64 ? from.getLong() : from.getInt() & 0xffff_ffffL;
      long mask = bits == 64 ? -1 : 0xffff_ffffL;
      // What doesn't change has no side effects: gdb may write all registers to change one.
      if (value != (reader.read(cpu) & mask)) {
        writer.write(cpu, value);
      }
    }
  }

  /** ST(n): 80 bits. */
  private record StackRegister(int number) implements Access {
    private int physical(Cpu cpu) {
      return cpu.fpu.top + number & 7;
    }

    @Override
    public void read(Cpu cpu, ByteBuffer into) {
      int register = physical(cpu);
      into.putLong(cpu.fpu.significand[register]).putShort((short) cpu.fpu.signExponent[register]);
    }

    @Override
    public void write(Cpu cpu, ByteBuffer from) {
      int register = physical(cpu);
      cpu.fpu.significand[register] = from.getLong();
      cpu.fpu.signExponent[register] = from.getShort() & 0xffff;
    }
  }

  /** XMMn: 128 bits. */
  private record VectorRegister(int number) implements Access {
    @Override
    public void read(Cpu cpu, ByteBuffer into) {
      into.putLong(cpu.fpu.xmm[2 * number]).putLong(cpu.fpu.xmm[2 * number + 1]);
    }

    @Override
    public void write(Cpu cpu, ByteBuffer from) {
      cpu.fpu.xmm[2 * number] = from.getLong();
      cpu.fpu.xmm[2 * number + 1] = from.getLong();
    }
  }

  /** The registers in gdb's order. */
  static final List<Register> ALL = List.copyOf(all());

  private RegisterFile() {}

  private static List<Register> all() {
    List<Register> list = new ArrayList<>();
    String[] names = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp"};
    int[] numbers = {Cpu.RAX, Cpu.RBX, Cpu.RCX, Cpu.RDX, Cpu.RSI, Cpu.RDI, Cpu.RBP, Cpu.RSP};
    for (int i = 0; i < 16; i++) {
      int number = i < 8 ? numbers[i] : i;
      String type = i == 6 || i == 7 ? "data_ptr" : "int64";
      plain(
          list,
          "core",
          i < 8 ? names[i] : "r" + i,
          64,
          type,
          cpu -> cpu.gpr[number],
          (cpu, value) -> cpu.gpr[number] = value);
    }
    plain(list, "core", "rip", 64, "code_ptr", Cpu::rip, Cpu::rip);
    plain(
        list,
        "core",
        "eflags",
        32,
        "i386_eflags",
        Cpu::rflags,
        (cpu, value) -> cpu.rflags((int) value));
    String[] segments = {"cs", "ss", "ds", "es", "fs", "gs"};
    int[] segmentNumbers = {
      Segments.CS, Segments.SS, Segments.DS, Segments.ES, Segments.FS, Segments.GS
    };
    for (int i = 0; i < segments.length; i++) {
      int segment = segmentNumbers[i];
      plain(
          list,
          "core",
          segments[i],
          32,
          "int32",
          cpu -> cpu.segments.selector[segment],
          (cpu, value) -> load(cpu, segment, (int) value));
    }
    for (int i = 0; i < 8; i++) {
      list.add(new Register("core", "st" + i, 80, "i387_ext", new StackRegister(i)));
    }
    addX87Control(list);
    for (int i = 0; i < 16; i++) {
      list.add(new Register("sse", "xmm" + i, 128, "vec128", new VectorRegister(i)));
    }
    plain(
        list,
        "sse",
        "mxcsr",
        32,
        "i386_mxcsr",
        cpu -> cpu.fpu.sse.mxcsr(),
        (cpu, value) -> cpu.fpu.sse.mxcsr((int) value));
    addSystem(list);
    return list;
  }

  private static void addX87Control(List<Register> list) {
    plain(
        list,
        "core",
        "fctrl",
        32,
        "int",
        cpu -> cpu.fpu.controlWord,
        (cpu, value) -> cpu.fpu.loadWords((int) value, cpu.fpu.storedStatusWord()));
    plain(
        list,
        "core",
        "fstat",
        32,
        "int",
        cpu -> cpu.fpu.storedStatusWord(),
        (cpu, value) -> cpu.fpu.loadWords(cpu.fpu.controlWord, (int) value));
    plain(
        list,
        "core",
        "ftag",
        32,
        "int",
        cpu -> tagWord(cpu.fpu),
        (cpu, value) -> tagWord(cpu.fpu, (int) value));
    plain(
        list,
        "core",
        "fiseg",
        32,
        "int",
        cpu -> cpu.fpu.lastInstructionSelector,
        (cpu, value) -> cpu.fpu.lastInstructionSelector = (int) value & 0xffff);
    plain(
        list,
        "core",
        "fioff",
        32,
        "int",
        cpu -> cpu.fpu.lastInstruction,
        (cpu, value) -> cpu.fpu.lastInstruction = value);
    plain(
        list,
        "core",
        "foseg",
        32,
        "int",
        cpu -> cpu.fpu.lastOperandSelector,
        (cpu, value) -> cpu.fpu.lastOperandSelector = (int) value & 0xffff);
    plain(
        list,
        "core",
        "fooff",
        32,
        "int",
        cpu -> cpu.fpu.lastOperand,
        (cpu, value) -> cpu.fpu.lastOperand = value);
    plain(
        list,
        "core",
        "fop",
        32,
        "int",
        cpu -> cpu.fpu.lastOpcode,
        (cpu, value) -> cpu.fpu.lastOpcode = (int) value & 0x7ff);
  }

  private static void addSystem(List<Register> list) {
    plain(
        list,
        "segments",
        "fs_base",
        64,
        "int64",
        cpu -> cpu.segments.base[Segments.FS],
        (cpu, value) -> cpu.segments.setBase(Segments.FS, value));
    plain(
        list,
        "segments",
        "gs_base",
        64,
        "int64",
        cpu -> cpu.segments.base[Segments.GS],
        (cpu, value) -> cpu.segments.setBase(Segments.GS, value));
    plain(
        list,
        "system",
        "k_gs_base",
        64,
        "int64",
        cpu -> cpu.msrs.kernelGsBase,
        (cpu, value) -> cpu.msrs.kernelGsBase = value);
    plain(
        list,
        "system",
        "cr0",
        64,
        "x64_cr0",
        cpu -> cpu.control.cr0(),
        (cpu, value) -> cpu.control.writeCr0(value));
    plain(
        list,
        "system",
        "cr2",
        64,
        "int64",
        cpu -> cpu.control.cr2(),
        (cpu, value) -> cpu.control.cr2(value));
    plain(
        list,
        "system",
        "cr3",
        64,
        "int64",
        cpu -> cpu.control.cr3(),
        (cpu, value) -> cpu.control.writeCr3(value));
    plain(
        list,
        "system",
        "cr4",
        64,
        "x64_cr4",
        cpu -> cpu.control.cr4(),
        (cpu, value) -> cpu.control.writeCr4(value));
    plain(
        list,
        "system",
        "cr8",
        64,
        "int64",
        cpu -> cpu.platform.interruptController(cpu).taskPriorityClass(),
        (cpu, value) -> {
          cpu.platform.interruptController(cpu).taskPriorityClass((int) value & 15);
          cpu.attention();
        });
    plain(
        list,
        "system",
        "efer",
        64,
        "x64_efer",
        cpu -> cpu.control.efer(),
        (cpu, value) -> cpu.control.writeEfer(value));
  }

  private static void plain(
      List<Register> list,
      String feature,
      String name,
      int bits,
      String type,
      Reader reader,
      Writer writer) {
    list.add(new Register(feature, name, bits, type, new Plain(bits, reader, writer)));
  }

  /** Loads a segment register; CS can't be in protected mode, for only transfers load it. */
  private static void load(Cpu cpu, int segment, int selector) {
    if (cpu.control.paragraphSegments()) {
      cpu.segments.loadParagraph(segment, selector);
    } else if (segment == Segments.CS) {
      throw cpu.fault(GuestFault.GP, 0);
    } else {
      cpu.loader.load(segment, selector);
    }
  }

  /** The tag word as FSTENV stores it, but that valid, zero and special are all shown as valid. */
  private static int tagWord(FpuState fpu) {
    int word = 0;
    for (int i = 0; i < 8; i++) {
      word |= (fpu.empty >> i & 1) * EMPTY_TAG << 2 * i;
    }
    return word;
  }

  private static void tagWord(FpuState fpu, int word) {
    int empty = 0;
    for (int i = 0; i < 8; i++) {
      empty |= (word >> 2 * i & 3) == EMPTY_TAG ? 1 << i : 0;
    }
    fpu.empty = empty;
  }

  /** All registers' bytes, as the packet g gives them. */
  static byte[] readAll(Cpu cpu) {
    int size = ALL.stream().mapToInt(Register::bytes).sum();
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    ALL.forEach(register -> register.access.read(cpu, buffer));
    return buffer.array();
  }

  /** The bytes of one register. */
  static byte[] read(Cpu cpu, int number) {
    Register register = ALL.get(number);
    ByteBuffer buffer = ByteBuffer.allocate(register.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    register.access.read(cpu, buffer);
    return buffer.array();
  }

  /** Writes registers from one number on, as many as {@code bytes} holds; false if the processor refuses a value. */
  static boolean write(Cpu cpu, int number, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int i = number; i < ALL.size() && buffer.remaining() >= ALL.get(i).bytes(); i++) {
        ALL.get(i).access.write(cpu, buffer);
      }
      return !buffer.hasRemaining();
    } catch (GuestFault e) {
      return false;
    }
  }
}
