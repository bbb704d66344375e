package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.Lanes.BYTES;
import static org.paravane.core.instructions.vector.Lanes.DWORDS;
import static org.paravane.core.instructions.vector.Lanes.WORDS;
import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;

/** Packed integer arithmetic, comparison and logic of MMX and SSE2 (SDM Vol. 1 9.4.2 to 9.4.6, 10.4.4, 11.4.4). */
final class PackedIntegers {
  static final int AND = 0;
  static final int ANDN = 1;
  static final int OR = 2;
  static final int XOR = 3;

  private PackedIntegers() {}

  static void addTo(VectorRows rows) {
    addSums(rows);
    addComparisons(rows);
    addProducts(rows);
    logic(rows, "0F DB", "PAND", AND, (a, b) -> a & b);
    logic(rows, "0F DF", "PANDN", ANDN, (a, b) -> ~a & b);
    logic(rows, "0F EB", "POR", OR, (a, b) -> a | b);
    logic(rows, "0F EF", "PXOR", XOR, (a, b) -> a ^ b);
    String[] names = {"AND", "ANDN", "OR", "XOR"};
    for (int i = 0; i < 4; i++) {
      String opcode = "0F " + Integer.toHexString(0x54 + i);
      logicXmm(rows, "SSE", "NP " + opcode, names[i] + "PS", i);
      logicXmm(rows, "SSE2", "66 " + opcode, names[i] + "PD", i);
    }
  }

  private static void addSums(VectorRows rows) {
    sum(rows, "0F FC", "PADDB", BYTES);
    sum(rows, "0F FD", "PADDW", WORDS);
    sum(rows, "0F FE", "PADDD", DWORDS);
    rows.both("SSE2", "SSE2", "0F D4", "PADDQ", (a, b) -> a + b);
    integer(rows, "0F F8", "PSUBB", (a, b) -> Lanes.subtract(a, b, BYTES));
    integer(rows, "0F F9", "PSUBW", (a, b) -> Lanes.subtract(a, b, WORDS));
    integer(rows, "0F FA", "PSUBD", (a, b) -> Lanes.subtract(a, b, DWORDS));
    rows.both("SSE2", "SSE2", "0F FB", "PSUBQ", (a, b) -> a - b);
    integer(rows, "0F EC", "PADDSB", (a, b) -> Lanes.addSigned(a, b, BYTES, 8));
    integer(rows, "0F ED", "PADDSW", (a, b) -> Lanes.addSigned(a, b, WORDS, 16));
    integer(rows, "0F DC", "PADDUSB", (a, b) -> Lanes.addUnsigned(a, b, BYTES, 8));
    integer(rows, "0F DD", "PADDUSW", (a, b) -> Lanes.addUnsigned(a, b, WORDS, 16));
    integer(rows, "0F E8", "PSUBSB", (a, b) -> Lanes.subtractSigned(a, b, BYTES, 8));
    integer(rows, "0F E9", "PSUBSW", (a, b) -> Lanes.subtractSigned(a, b, WORDS, 16));
    integer(rows, "0F D8", "PSUBUSB", (a, b) -> Lanes.subtractUnsigned(a, b, BYTES, 8));
    integer(rows, "0F D9", "PSUBUSW", (a, b) -> Lanes.subtractUnsigned(a, b, WORDS, 16));
    rows.both("SSE", "SSE2", "0F E0", "PAVGB", (a, b) -> Lanes.average(a, b, BYTES));
    rows.both("SSE", "SSE2", "0F E3", "PAVGW", (a, b) -> Lanes.average(a, b, WORDS));
    rows.both("SSE", "SSE2", "0F F6", "PSADBW", PackedIntegers::sumOfDifferences);
  }

  private static void addComparisons(VectorRows rows) {
    equal(rows, "0F 74", "PCMPEQB", BYTES, 8);
    equal(rows, "0F 75", "PCMPEQW", WORDS, 16);
    equal(rows, "0F 76", "PCMPEQD", DWORDS, 32);
    integer(rows, "0F 64", "PCMPGTB", (a, b) -> Lanes.greater(a, b, BYTES, 8));
    integer(rows, "0F 65", "PCMPGTW", (a, b) -> Lanes.greater(a, b, WORDS, 16));
    integer(rows, "0F 66", "PCMPGTD", (a, b) -> Lanes.greater(a, b, DWORDS, 32));
    rows.both(
        "SSE",
        "SSE2",
        "0F DA",
        "PMINUB",
        (a, b) -> Lanes.select(Lanes.above(a, b, BYTES, 8), b, a));
    rows.both(
        "SSE",
        "SSE2",
        "0F DE",
        "PMAXUB",
        (a, b) -> Lanes.select(Lanes.above(a, b, BYTES, 8), a, b));
    rows.both(
        "SSE",
        "SSE2",
        "0F EA",
        "PMINSW",
        (a, b) -> Lanes.select(Lanes.greater(a, b, WORDS, 16), b, a));
    rows.both(
        "SSE",
        "SSE2",
        "0F EE",
        "PMAXSW",
        (a, b) -> Lanes.select(Lanes.greater(a, b, WORDS, 16), a, b));
  }

  private static void addProducts(VectorRows rows) {
    integer(rows, "0F D5", "PMULLW", (a, b) -> wordProducts(a, b, 0));
    integer(rows, "0F E5", "PMULHW", (a, b) -> wordProducts(a, b, 16));
    rows.both("SSE", "SSE2", "0F E4", "PMULHUW", PackedIntegers::highUnsignedProducts);
    integer(rows, "0F F5", "PMADDWD", PackedIntegers::multiplyAdd);
    rows.both(
        "SSE2", "SSE2", "0F F4", "PMULUDQ", (a, b) -> (a & 0xffff_ffffL) * (b & 0xffff_ffffL));
  }

  private static void integer(
      VectorRows rows, String opcode, String mnemonic, LongBinaryOperator operation) {
    rows.both("MMX", "SSE2", opcode, mnemonic, operation);
  }

  private static void sum(VectorRows rows, String opcode, String mnemonic, long signs) {
    LongBinaryOperator operation = (a, b) -> Lanes.add(a, b, signs);
    rows.mmx("MMX", "NP " + opcode, mnemonic, operation);
    rows.add(
        "SSE2",
        "66 " + opcode,
        mnemonic,
        "Vdq,Wdq",
        d ->
            d.isRegister()
                ? new Sum(reg(d), rm(d), signs)
                : VectorRows.xmm(d, PackedOperation.halves(operation)));
  }

  private static void equal(
      VectorRows rows, String opcode, String mnemonic, long signs, int width) {
    LongBinaryOperator operation = (a, b) -> Lanes.equal(a, b, signs, width);
    rows.mmx("MMX", "NP " + opcode, mnemonic, operation);
    rows.add(
        "SSE2",
        "66 " + opcode,
        mnemonic,
        "Vdq,Wdq",
        d ->
            d.isRegister()
                ? new Equal(reg(d), rm(d), signs, width)
                : VectorRows.xmm(d, PackedOperation.halves(operation)));
  }

  private static void logic(
      VectorRows rows, String opcode, String mnemonic, int kind, LongBinaryOperator operation) {
    rows.mmx("MMX", "NP " + opcode, mnemonic, operation);
    logicXmm(rows, "SSE2", "66 " + opcode, mnemonic, kind);
  }

  private static void logicXmm(
      VectorRows rows, String feature, String encoding, String mnemonic, int kind) {
    PackedOperation operation = PackedOperation.halves((a, b) -> combine(kind, a, b));
    rows.add(
        feature,
        encoding,
        mnemonic,
        "Vdq,Wdq",
        d -> d.isRegister() ? new Logic(kind, reg(d), rm(d)) : VectorRows.xmm(d, operation));
  }

  private static long combine(int kind, long a, long b) {
    return switch (kind) {
      case AND -> a & b;
      case ANDN -> ~a & b;
      case OR -> a | b;
      default -> a ^ b;
    };
  }

  private static long wordProducts(long a, long b, int shift) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= (Lanes.word(a, i) * Lanes.word(b, i) >> shift & 0xffffL) << 16 * i;
    }
    return result;
  }

  private static long highUnsignedProducts(long a, long b) {
    long result = 0;
    for (int i = 0; i < 64; i += 16) {
      result |= ((a >>> i & 0xffff) * (b >>> i & 0xffff) >>> 16) << i;
    }
    return result;
  }

  private static long multiplyAdd(long a, long b) {
    return Lanes.dwords(
        Lanes.word(a, 0) * Lanes.word(b, 0) + Lanes.word(a, 1) * Lanes.word(b, 1),
        Lanes.word(a, 2) * Lanes.word(b, 2) + Lanes.word(a, 3) * Lanes.word(b, 3));
  }

  private static long sumOfDifferences(long a, long b) {
    long sum = 0;
    for (int i = 0; i < 64; i += 8) {
      sum += Math.abs((a >>> i & 0xff) - (b >>> i & 0xff));
    }
    return sum;
  }

  record Logic(int kind, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = combine(kind, xmm[destination], xmm[source]);
      xmm[destination + 1] = combine(kind, xmm[destination + 1], xmm[source + 1]);
    }
  }

  record Sum(int destination, int source, long signs) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = Lanes.add(xmm[destination], xmm[source], signs);
      xmm[destination + 1] = Lanes.add(xmm[destination + 1], xmm[source + 1], signs);
    }
  }

  record Equal(int destination, int source, long signs, int width) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = Lanes.equal(xmm[destination], xmm[source], signs, width);
      xmm[destination + 1] = Lanes.equal(xmm[destination + 1], xmm[source + 1], signs, width);
    }
  }
}
