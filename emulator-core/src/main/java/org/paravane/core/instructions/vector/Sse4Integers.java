package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.Lanes.BYTES;
import static org.paravane.core.instructions.vector.Lanes.DWORDS;
import static org.paravane.core.instructions.vector.Lanes.WORDS;

import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Rflags;

/** Packed integers, blends and tests of SSE4.1, and PCMPGTQ of SSE4.2 (SDM Vol. 1 12.8, 12.9). */
final class Sse4Integers {
  private Sse4Integers() {}

  static void addTo(VectorRows rows) {
    addVertical(rows);
    addBlends(rows);
    extend(rows, "20", "BW", 8, 16);
    extend(rows, "21", "BD", 8, 32);
    extend(rows, "22", "BQ", 8, 64);
    extend(rows, "23", "WD", 16, 32);
    extend(rows, "24", "WQ", 16, 64);
    extend(rows, "25", "DQ", 32, 64);
    rows.xmm(
        "SSE4.1",
        "66 0F 38 2B",
        "PACKUSDW",
        PackedOperation.horizontal(
            (a, b) -> Shuffles.packDwords(a, 0, 0xffff) | Shuffles.packDwords(b, 0, 0xffff) << 32));
    rows.addWithFlags(
        "SSE4.1", "66 0F 38 17", "PTEST", "Vdq,Wdq", d -> VectorRows.xmm(d, Sse4Integers::test));
    rows.xmm("SSE4.1", "66 0F 38 41", "PHMINPOSUW", Sse4Integers::leastWord);
    rows.xmmImmediate("SSE4.1", "66 0F 3A 42", "MPSADBW", Sse4Integers::sumsOfDifferences);
  }

  private static void addVertical(VectorRows rows) {
    vertical(rows, "28", "PMULDQ", (a, b) -> (long) (int) a * (int) b);
    vertical(rows, "29", "PCMPEQQ", (a, b) -> a == b ? -1 : 0);
    vertical(rows, "38", "PMINSB", (a, b) -> Lanes.select(Lanes.greater(a, b, BYTES, 8), b, a));
    vertical(rows, "39", "PMINSD", (a, b) -> Lanes.select(Lanes.greater(a, b, DWORDS, 32), b, a));
    vertical(rows, "3A", "PMINUW", (a, b) -> Lanes.select(Lanes.above(a, b, WORDS, 16), b, a));
    vertical(rows, "3B", "PMINUD", (a, b) -> Lanes.select(Lanes.above(a, b, DWORDS, 32), b, a));
    vertical(rows, "3C", "PMAXSB", (a, b) -> Lanes.select(Lanes.greater(a, b, BYTES, 8), a, b));
    vertical(rows, "3D", "PMAXSD", (a, b) -> Lanes.select(Lanes.greater(a, b, DWORDS, 32), a, b));
    vertical(rows, "3E", "PMAXUW", (a, b) -> Lanes.select(Lanes.above(a, b, WORDS, 16), a, b));
    vertical(rows, "3F", "PMAXUD", (a, b) -> Lanes.select(Lanes.above(a, b, DWORDS, 32), a, b));
    vertical(
        rows,
        "40",
        "PMULLD",
        (a, b) -> Lanes.dwords((int) a * (int) b, (int) (a >>> 32) * (int) (b >>> 32)));
    rows.xmm("SSE4.2", "66 0F 38 37", "PCMPGTQ", PackedOperation.halves((a, b) -> a > b ? -1 : 0));
  }

  private static void vertical(
      VectorRows rows, String opcode, String mnemonic, LongBinaryOperator operation) {
    rows.xmm("SSE4.1", "66 0F 38 " + opcode, mnemonic, PackedOperation.halves(operation));
  }

  private static void addBlends(VectorRows rows) {
    rows.add(
        "SSE4.1",
        "66 0F 38 10",
        "PBLENDVB",
        "Vdq,Wdq,XMM0",
        d -> VectorRows.xmm(d, blendByXmm0(BYTES, 8)));
    rows.add(
        "SSE4.1",
        "66 0F 38 14",
        "BLENDVPS",
        "Vdq,Wdq,XMM0",
        d -> VectorRows.xmm(d, blendByXmm0(DWORDS, 32)));
    rows.add(
        "SSE4.1",
        "66 0F 38 15",
        "BLENDVPD",
        "Vdq,Wdq,XMM0",
        d -> VectorRows.xmm(d, blendByXmm0(1L << 63, 64)));
    rows.xmmImmediate(
        "SSE4.1", "66 0F 3A 0C", "BLENDPS", bits -> blend(mask(bits, 32), mask(bits >> 2, 32)));
    rows.xmmImmediate(
        "SSE4.1", "66 0F 3A 0D", "BLENDPD", bits -> blend(-(bits & 1L), -(bits >> 1 & 1L)));
    rows.xmmImmediate(
        "SSE4.1", "66 0F 3A 0E", "PBLENDW", bits -> blend(mask(bits, 16), mask(bits >> 4, 16)));
  }

  /** All ones in the lanes of 64 bits whose bit is set. */
  private static long mask(int bits, int width) {
    long result = 0;
    for (int i = 0; i < 64 / width; i++) {
      result |= (bits >> i & 1) != 0 ? (1L << width) - 1 << i * width : 0;
    }
    return result;
  }

  private static PackedOperation blend(long lowMask, long highMask) {
    return (cpu, to, low, high) -> {
      cpu.fpu.xmm[to] = Lanes.select(lowMask, low, cpu.fpu.xmm[to]);
      cpu.fpu.xmm[to + 1] = Lanes.select(highMask, high, cpu.fpu.xmm[to + 1]);
    };
  }

  private static PackedOperation blendByXmm0(long signs, int width) {
    return (cpu, to, low, high) -> {
      long[] xmm = cpu.fpu.xmm;
      long lowMask = Lanes.negative(xmm[0], signs, width);
      long highMask = Lanes.negative(xmm[1], signs, width);
      xmm[to] = Lanes.select(lowMask, low, xmm[to]);
      xmm[to + 1] = Lanes.select(highMask, high, xmm[to + 1]);
    };
  }

  /** PMOVSX and PMOVZX from lanes of {@code from} bits to lanes of {@code to} bits. */
  private static void extend(VectorRows rows, String opcode, String type, int from, int to) {
    int sourceBits = 128 / to * from;
    String zeroOpcode = "3" + opcode.charAt(1);
    PackedOperation signed =
        (cpu, destination, low, high) -> {
          cpu.fpu.xmm[destination] = extended(low, from, to, true);
          cpu.fpu.xmm[destination + 1] = extended(low >>> sourceBits / 2, from, to, true);
        };
    PackedOperation unsigned =
        (cpu, destination, low, high) -> {
          cpu.fpu.xmm[destination] = extended(low, from, to, false);
          cpu.fpu.xmm[destination + 1] = extended(low >>> sourceBits / 2, from, to, false);
        };
    String operands = sourceBits == 64 ? "Vdq,Wq" : sourceBits == 32 ? "Vdq,Wd" : "Vdq,Ww";
    rows.add(
        "SSE4.1",
        "66 0F 38 " + opcode,
        "PMOVSX" + type,
        operands,
        d -> VectorRows.xmmPart(d, signed, sourceBits));
    rows.add(
        "SSE4.1",
        "66 0F 38 " + zeroOpcode,
        "PMOVZX" + type,
        operands,
        d -> VectorRows.xmmPart(d, unsigned, sourceBits));
  }

  private static long extended(long a, int from, int to, boolean signed) {
    long result = 0;
    for (int i = 0; i < 64 / to; i++) {
      long lane = a << 64 - from - i * from;
      result |= (signed ? lane >> 64 - from : lane >>> 64 - from) << 64 - to >>> 64 - to << i * to;
    }
    return result;
  }

  private static void test(Cpu cpu, int to, long low, long high) {
    long a = cpu.fpu.xmm[to];
    long b = cpu.fpu.xmm[to + 1];
    cpu.statusFlags(
        ((a & low | b & high) == 0 ? Rflags.ZF : 0)
            | ((~a & low | ~b & high) == 0 ? Rflags.CF : 0));
  }

  private static void leastWord(Cpu cpu, int to, long low, long high) {
    int least = 0x10000;
    int index = 0;
    for (int i = 0; i < 8; i++) {
      int word = Lanes.word(i < 4 ? low : high, i & 3) & 0xffff;
      if (word < least) {
        least = word;
        index = i;
      }
    }
    cpu.fpu.xmm[to] = least | (long) index << 16;
    cpu.fpu.xmm[to + 1] = 0;
  }

  private static PackedOperation sumsOfDifferences(int selection) {
    int first = selection & 4;
    int block = 4 * (selection & 3);
    return (cpu, to, low, high) -> {
      long a = cpu.fpu.xmm[to];
      long b = cpu.fpu.xmm[to + 1];
      long reference = Lanes.bytesFrom(low, high, block);
      cpu.fpu.xmm[to] = fourSums(a, b, first, reference);
      cpu.fpu.xmm[to + 1] = fourSums(a, b, first + 4, reference);
    };
  }

  private static long fourSums(long a, long b, int first, long reference) {
    long bytes = Lanes.bytesFrom(a, b, first);
    long result = 0;
    for (int j = 0; j < 4; j++) {
      long sum = 0;
      for (int k = 0; k < 4; k++) {
        sum += Math.abs((bytes >>> 8 * (j + k) & 0xff) - (reference >>> 8 * k & 0xff));
      }
      result |= sum << 16 * j;
    }
    return result;
  }
}
