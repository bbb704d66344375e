package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.NEAR;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OpcodeMap;

/**
 * MOVS, CMPS, SCAS, LODS and STOS, alone and repeated (SDM Vol. 1 7.3.9). A repeated one does at most {@link
 * #CHUNK_BYTES} of its work in one execution and then, if there is more, leaves RIP at itself, so that interrupts get
 * their turn; the amount does not depend on where the operands lie. The registers are updated as the work proceeds: a
 * fault leaves them as after the last complete iteration.
 */
public final class StringOps {
  /** Bytes of operand that one execution of a repeated instruction handles at most. */
  public static final int CHUNK_BYTES = 4096;

  static final int MOVS = 0;
  static final int CMPS = 1;
  static final int STOS = 2;
  static final int LODS = 3;
  static final int SCAS = 4;

  private static final String[] MNEMONICS = {"MOVS", "CMPS", "STOS", "LODS", "SCAS"};
  private static final int[] OPCODES = {0xa4, 0xa6, 0xaa, 0xac, 0xae};
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StringOps() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    for (int op = 0; op < OPCODES.length; op++) {
      int operation = op;
      boolean compares = op == CMPS || op == SCAS;
      Opcode.Trait[] single =
          compares ? new Opcode.Trait[] {MAY_FAULT, WRITES_FLAGS} : new Opcode.Trait[] {MAY_FAULT};
      // A fault restores the flags that a repeated comparison found, so it may be said to read
      // them.
      Opcode.Trait[] repeated =
          compares
              ? new Opcode.Trait[] {MAY_FAULT, BRANCH, NEAR, READS_FLAGS}
              : new Opcode.Trait[] {MAY_FAULT, BRANCH, NEAR};
      for (int wide = 0; wide < 2; wide++) {
        boolean bytes = wide == 0;
        String opcode = "%02X".formatted(OPCODES[op] + wide);
        String operands = operands(op, bytes ? "b" : "v");
        map.add(
            opcode,
            MNEMONICS[op],
            operands,
            d -> new Single(operation, Operands.of(d, bytes)),
            single);
        map.add(
            "F2 " + opcode, MNEMONICS[op], operands, d -> repeated(d, operation, bytes), repeated);
        map.add(
            "F3 " + opcode, MNEMONICS[op], operands, d -> repeated(d, operation, bytes), repeated);
      }
    }
  }

  private static String operands(int operation, String type) {
    String accumulator = type.equals("b") ? "AL" : "rAX";
    return switch (operation) {
      case MOVS -> "Y" + type + ",X" + type;
      case CMPS -> "X" + type + ",Y" + type;
      case STOS -> "Y" + type + "," + accumulator;
      case LODS -> accumulator + ",X" + type;
      default -> accumulator + ",Y" + type;
    };
  }

  private static Instruction repeated(Decoded d, int operation, boolean bytes) {
    return new Repeated(
        operation,
        Operands.of(d, bytes),
        d.repeatPrefix() == 0xf3,
        d.startOffset(),
        d.nextOffset(),
        d.is64() ? -1L : 0xffff_ffffL);
  }

  /**
   * Where a string instruction finds its operands.
   *
   * @param bits operand size: 8, 16, 32 or 64
   * @param segment segment of the source; that of the destination is always ES
   * @param sourceChecked the source's segment has limits or rights to check
   * @param destinationChecked so has ES
   * @param mask address size as a mask
   */
  record Operands(
      int bits, int segment, boolean sourceChecked, boolean destinationChecked, long mask) {
    static Operands of(Decoded d, boolean bytes) {
      int segment = d.segmentOr(Segments.DS);
      boolean flat = (d.mode() & CpuMode.FLAT) != 0;
      boolean flatSource =
          flat
              && (d.is64()
                  || segment == Segments.DS
                  || segment == Segments.SS
                  || segment == Segments.ES);
      return new Operands(
          bytes ? 8 : d.operandSize(), segment, !flatSource, !flat, d.addressMask());
    }

    int sizeBytes() {
      return bits >> 3;
    }

    long step(Cpu cpu) {
      return (cpu.systemFlags & Rflags.DF) != 0 ? -(bits >> 3) : bits >> 3;
    }

    long source(Cpu cpu) {
      long offset = cpu.gpr[Cpu.RSI] & mask;
      return sourceChecked
          ? cpu.segments.checkedRead(segment, offset, bits >> 3)
          : offset + cpu.segmentBase[segment];
    }

    long destinationForRead(Cpu cpu) {
      long offset = cpu.gpr[Cpu.RDI] & mask;
      return destinationChecked
          ? cpu.segments.checkedRead(Segments.ES, offset, bits >> 3)
          : offset + cpu.segmentBase[Segments.ES];
    }

    long destinationForWrite(Cpu cpu) {
      long offset = cpu.gpr[Cpu.RDI] & mask;
      return destinationChecked
          ? cpu.segments.checkedWrite(Segments.ES, offset, bits >> 3)
          : offset + cpu.segmentBase[Segments.ES];
    }

    /** Adds to RSI, RDI or RCX as far as the address size reaches; a 32-bit one clears the upper half. */
    void advance(Cpu cpu, int register, long by) {
      long value = cpu.gpr[register] + by;
      cpu.gpr[register] =
          mask == 0xffff ? cpu.gpr[register] & ~0xffffL | value & 0xffff : value & mask;
    }

    /** Elements from the offset in {@code register} up to the end of its page and of its address range. */
    int elementsInPage(Cpu cpu, int register, long linear) {
      long bytes = 0x1000 - (linear & 0xfff);
      long offset = cpu.gpr[register] & mask;
      if (mask != -1L) {
        bytes = Math.min(bytes, mask - offset + 1);
      }
      return (int) bytes / sizeBytes();
    }
  }

  /** Does one element; the flags of a comparison are set. */
  private static void element(Cpu cpu, int operation, Operands o) {
    int bits = o.bits;
    LinearMemory memory = cpu.memory;
    long step = o.step(cpu);
    switch (operation) {
      case MOVS -> {
        long value = memory.read(o.source(cpu), o.segment, bits);
        memory.write(o.destinationForWrite(cpu), Segments.ES, bits, value);
        o.advance(cpu, Cpu.RSI, step);
        o.advance(cpu, Cpu.RDI, step);
      }
      case CMPS -> {
        long a = memory.read(o.source(cpu), o.segment, bits);
        long b = memory.read(o.destinationForRead(cpu), Segments.ES, bits);
        cpu.flagsOfSubtract(a, b, 64 - bits);
        o.advance(cpu, Cpu.RSI, step);
        o.advance(cpu, Cpu.RDI, step);
      }
      case STOS -> {
        memory.write(o.destinationForWrite(cpu), Segments.ES, bits, cpu.get(Cpu.RAX, bits));
        o.advance(cpu, Cpu.RDI, step);
      }
      case LODS -> {
        long value = memory.read(o.source(cpu), o.segment, bits);
        cpu.set(Cpu.RAX, bits, value);
        o.advance(cpu, Cpu.RSI, step);
      }
      default -> {
        long a = cpu.get(Cpu.RAX, bits);
        long b = memory.read(o.destinationForRead(cpu), Segments.ES, bits);
        cpu.flagsOfSubtract(a, b, 64 - bits);
        o.advance(cpu, Cpu.RDI, step);
      }
    }
  }

  /** Copies up to {@code limit} elements that lie in one page each; gives how many, 0 if it cannot. */
  private static int movePiece(Cpu cpu, Operands o, int limit) {
    long source = o.source(cpu);
    long destination = o.destinationForWrite(cpu);
    int count = Math.min(limit, o.elementsInPage(cpu, Cpu.RSI, source));
    count = Math.min(count, o.elementsInPage(cpu, Cpu.RDI, destination));
    if (count <= 1) {
      return 0;
    }
    long from = cpu.memory.ramOffsetForRead(source, o.segment);
    if (from < 0) {
      return 0;
    }
    long to = cpu.memory.ramOffsetForWrite(destination, Segments.ES);
    long distance = to - from;
    if (to < 0 || distance > 0 && distance < o.sizeBytes()) {
      return 0;
    }
    int bytes = count * o.sizeBytes();
    MemorySegment ram = cpu.memory.ram();
    if (distance <= 0 || distance >= bytes) {
      MemorySegment.copy(ram, from, ram, to, bytes);
    } else {
      // The destination starts inside the source: what was copied is copied on, over and over.
      int done = 0;
      while (done < bytes) {
        int part = (int) Math.min(bytes - done, distance + done);
        MemorySegment.copy(ram, from, ram, to + done, part);
        done += part;
      }
    }
    o.advance(cpu, Cpu.RSI, bytes);
    o.advance(cpu, Cpu.RDI, bytes);
    return count;
  }

  /** Stores up to {@code limit} elements that lie in one page; gives how many, 0 if it cannot. */
  private static int storePiece(Cpu cpu, Operands o, int limit) {
    long destination = o.destinationForWrite(cpu);
    int count = Math.min(limit, o.elementsInPage(cpu, Cpu.RDI, destination));
    if (count <= 1) {
      return 0;
    }
    long to = cpu.memory.ramOffsetForWrite(destination, Segments.ES);
    if (to < 0) {
      return 0;
    }
    int bytes = count * o.sizeBytes();
    long pattern =
        switch (o.bits) {
          case 8 -> cpu.get8(Cpu.RAX) * 0x0101_0101_0101_0101L;
          case 16 -> cpu.get16(Cpu.RAX) * 0x0001_0001_0001_0001L;
          case 32 -> (cpu.gpr[Cpu.RAX] & 0xffff_ffffL) * 0x1_0000_0001L;
          default -> cpu.gpr[Cpu.RAX];
        };
    MemorySegment ram = cpu.memory.ram();
    int done = 0;
    for (; done <= bytes - 8; done += 8) {
      ram.set(LONG, to + done, pattern);
    }
    for (; done < bytes; done++) {
      ram.set(ValueLayout.JAVA_BYTE, to + done, (byte) pattern);
      pattern >>>= 8;
    }
    o.advance(cpu, Cpu.RDI, bytes);
    return count;
  }

  record Single(int operation, Operands operands) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      element(cpu, operation, operands);
    }
  }

  /**
   * With REP, REPE or REPNE.
   *
   * @param equal a comparison goes on while the elements are equal (F3), not while they differ (F2)
   * @param startOffset offset of the instruction in its block
   * @param nextOffset offset of the next
   */
  record Repeated(
      int operation,
      Operands operands,
      boolean equal,
      int startOffset,
      int nextOffset,
      long instructionMask)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long count = cpu.gpr[Cpu.RCX] & operands.mask;
      if (count == 0) {
        operands.advance(cpu, Cpu.RCX, 0);
        if (operation != STOS && operation != SCAS) {
          operands.advance(cpu, Cpu.RSI, 0);
        }
        if (operation != LODS) {
          operands.advance(cpu, Cpu.RDI, 0);
        }
        finish(cpu, true);
        return;
      }
      int limit = CHUNK_BYTES / operands.sizeBytes();
      if ((cpu.systemFlags & Rflags.TF) != 0) {
        // A trap follows each iteration.
        limit = 1;
      }
      if (Long.compareUnsigned(count, limit) < 0) {
        limit = (int) count;
      }
      boolean ended =
          switch (operation) {
            case MOVS, STOS -> fill(cpu, limit);
            case LODS -> load(cpu, limit);
            default -> compare(cpu, limit);
          };
      finish(cpu, ended || (cpu.gpr[Cpu.RCX] & operands.mask) == 0);
    }

    private void finish(Cpu cpu, boolean ended) {
      cpu.rip(cpu.gpr[Cpu.RIP] + (ended ? nextOffset : startOffset) & instructionMask);
    }

    private boolean fill(Cpu cpu, int limit) {
      boolean forward = (cpu.systemFlags & Rflags.DF) == 0;
      boolean plain =
          forward && !operands.destinationChecked && !(operation == MOVS && operands.sourceChecked);
      int left = limit;
      while (left > 0) {
        int done =
            !plain
                ? 0
                : operation == MOVS
                    ? movePiece(cpu, operands, left)
                    : storePiece(cpu, operands, left);
        if (done == 0) {
          element(cpu, operation, operands);
          done = 1;
        }
        operands.advance(cpu, Cpu.RCX, -done);
        left -= done;
      }
      return false;
    }

    private boolean load(Cpu cpu, int limit) {
      for (int i = 0; i < limit; i++) {
        element(cpu, LODS, operands);
        operands.advance(cpu, Cpu.RCX, -1);
      }
      return false;
    }

    /** The flags are set at the end only: a fault leaves them as they were before the instruction. */
    private boolean compare(Cpu cpu, int limit) {
      LinearMemory memory = cpu.memory;
      int bits = operands.bits;
      long step = operands.step(cpu);
      long a = cpu.get(Cpu.RAX, bits);
      long b = 0;
      boolean ended = false;
      for (int i = 0; i < limit && !ended; i++) {
        if (operation == CMPS) {
          a = memory.read(operands.source(cpu), operands.segment, bits);
        }
        b = memory.read(operands.destinationForRead(cpu), Segments.ES, bits);
        if (operation == CMPS) {
          operands.advance(cpu, Cpu.RSI, step);
        }
        operands.advance(cpu, Cpu.RDI, step);
        operands.advance(cpu, Cpu.RCX, -1);
        ended = a == b != equal;
      }
      cpu.flagsOfSubtract(a, b, 64 - bits);
      return ended;
    }
  }
}
