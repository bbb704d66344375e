package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;

/** Shuffling, unpacking and packing of MMX, SSE and SSE2 (SDM Vol. 1 9.4.4, 9.4.5, 10.4.3, 11.4.4). */
final class Shuffles {
  private Shuffles() {}

  static void addTo(VectorRows rows) {
    unpack(
        rows, "0F 60", "0F 68", "BW", (a, b) -> Lanes.spreadBytes(a) | Lanes.spreadBytes(b) << 8);
    unpack(
        rows, "0F 61", "0F 69", "WD", (a, b) -> Lanes.spreadWords(a) | Lanes.spreadWords(b) << 16);
    unpack(rows, "0F 62", "0F 6A", "DQ", (a, b) -> a & 0xffff_ffffL | b << 32);
    PackedOperation lowQuadwords =
        (cpu, destination, low, high) -> cpu.fpu.xmm[destination + 1] = low;
    PackedOperation highQuadwords =
        (cpu, destination, low, high) -> {
          cpu.fpu.xmm[destination] = cpu.fpu.xmm[destination + 1];
          cpu.fpu.xmm[destination + 1] = high;
        };
    PackedOperation lowDwords = unpackLow((a, b) -> a & 0xffff_ffffL | b << 32);
    PackedOperation highDwords = unpackHigh((a, b) -> a & 0xffff_ffffL | b << 32);
    rows.xmm("SSE2", "66 0F 6C", "PUNPCKLQDQ", lowQuadwords);
    rows.xmm("SSE2", "66 0F 6D", "PUNPCKHQDQ", highQuadwords);
    rows.xmm("SSE2", "66 0F 14", "UNPCKLPD", lowQuadwords);
    rows.xmm("SSE2", "66 0F 15", "UNPCKHPD", highQuadwords);
    rows.xmm("SSE", "NP 0F 14", "UNPCKLPS", lowDwords);
    rows.xmm("SSE", "NP 0F 15", "UNPCKHPS", highDwords);

    pack(
        rows,
        "0F 63",
        "PACKSSWB",
        (a, b) -> packWords(a, -0x80, 0x7f) | packWords(b, -0x80, 0x7f) << 32);
    pack(rows, "0F 67", "PACKUSWB", (a, b) -> packWords(a, 0, 0xff) | packWords(b, 0, 0xff) << 32);
    pack(
        rows,
        "0F 6B",
        "PACKSSDW",
        (a, b) -> packDwords(a, -0x8000, 0x7fff) | packDwords(b, -0x8000, 0x7fff) << 32);

    rows.add(
        "SSE",
        "NP 0F 70",
        "PSHUFW",
        "Pq,Qq,Ib",
        d -> {
          int order = (int) d.immediate() & 0xff;
          return VectorRows.mmx(d, (a, b) -> words(b, order), 64);
        });
    rows.add(
        "SSE2",
        "66 0F 70",
        "PSHUFD",
        "Vdq,Wdq,Ib",
        d -> {
          int order = (int) d.immediate() & 0xff;
          return d.isRegister()
              ? new ShuffleDwords(reg(d), rm(d), order)
              : VectorRows.xmm(
                  d, (cpu, to, low, high) -> shuffle(cpu, to, low, high, low, high, order));
        });
    rows.xmmImmediate(
        "SSE2",
        "F3 0F 70",
        "PSHUFHW",
        order ->
            (cpu, to, low, high) -> {
              cpu.fpu.xmm[to] = low;
              cpu.fpu.xmm[to + 1] = words(high, order);
            });
    rows.xmmImmediate(
        "SSE2",
        "F2 0F 70",
        "PSHUFLW",
        order ->
            (cpu, to, low, high) -> {
              cpu.fpu.xmm[to] = words(low, order);
              cpu.fpu.xmm[to + 1] = high;
            });
    rows.xmmImmediate(
        "SSE",
        "NP 0F C6",
        "SHUFPS",
        order ->
            (cpu, to, low, high) ->
                shuffle(cpu, to, cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1], low, high, order));
    rows.xmmImmediate(
        "SSE2",
        "66 0F C6",
        "SHUFPD",
        order ->
            (cpu, to, low, high) -> {
              cpu.fpu.xmm[to] = cpu.fpu.xmm[to + (order & 1)];
              cpu.fpu.xmm[to + 1] = (order & 2) == 0 ? low : high;
            });
  }

  private static void unpack(
      VectorRows rows,
      String lowOpcode,
      String highOpcode,
      String type,
      LongBinaryOperator operation) {
    LongBinaryOperator high = (a, b) -> operation.applyAsLong(a >>> 32, b >>> 32);
    rows.add(
        "MMX", "NP " + lowOpcode, "PUNPCKL" + type, "Pq,Qd", d -> VectorRows.mmx(d, operation, 32));
    rows.mmx("MMX", "NP " + highOpcode, "PUNPCKH" + type, high);
    rows.xmm("SSE2", "66 " + lowOpcode, "PUNPCKL" + type, unpackLow(operation));
    rows.xmm("SSE2", "66 " + highOpcode, "PUNPCKH" + type, unpackHigh(operation));
  }

  private static PackedOperation unpackLow(LongBinaryOperator operation) {
    return (cpu, destination, low, high) -> {
      long a = cpu.fpu.xmm[destination];
      cpu.fpu.xmm[destination] = operation.applyAsLong(a, low);
      cpu.fpu.xmm[destination + 1] = operation.applyAsLong(a >>> 32, low >>> 32);
    };
  }

  private static PackedOperation unpackHigh(LongBinaryOperator operation) {
    return (cpu, destination, low, high) -> {
      long a = cpu.fpu.xmm[destination + 1];
      cpu.fpu.xmm[destination] = operation.applyAsLong(a, high);
      cpu.fpu.xmm[destination + 1] = operation.applyAsLong(a >>> 32, high >>> 32);
    };
  }

  private static void pack(
      VectorRows rows, String opcode, String mnemonic, LongBinaryOperator operation) {
    rows.mmx("MMX", "NP " + opcode, mnemonic, operation);
    rows.xmm("SSE2", "66 " + opcode, mnemonic, PackedOperation.horizontal(operation));
  }

  /** Four signed words to four bytes within the bounds. */
  static long packWords(long a, int least, int most) {
    long result = 0;
    for (int i = 0; i < 4; i++) {
      result |= (Math.clamp(Lanes.word(a, i), least, most) & 0xffL) << 8 * i;
    }
    return result;
  }

  /** Two signed doublewords to two words within the bounds. */
  static long packDwords(long a, int least, int most) {
    return Math.clamp(Lanes.dword(a, 0), least, most) & 0xffffL
        | (Math.clamp(Lanes.dword(a, 1), least, most) & 0xffffL) << 16;
  }

  /** Picks each word by two bits of the order. */
  private static long words(long a, int order) {
    return a >>> 16 * (order & 3) & 0xffff
        | (a >>> 16 * (order >> 2 & 3) & 0xffff) << 16
        | (a >>> 16 * (order >> 4 & 3) & 0xffff) << 32
        | a >>> 16 * (order >> 6 & 3) << 48;
  }

  /** The low two doublewords from the first value, the high two from the second. */
  private static void shuffle(
      Cpu cpu, int to, long low1, long high1, long low2, long high2, int order) {
    cpu.fpu.xmm[to] = dword(low1, high1, order) | dword(low1, high1, order >> 2) << 32;
    cpu.fpu.xmm[to + 1] = dword(low2, high2, order >> 4) | dword(low2, high2, order >> 6) << 32;
  }

  private static long dword(long low, long high, int index) {
    return ((index & 2) == 0 ? low : high) >>> 32 * (index & 1) & 0xffff_ffffL;
  }

  record ShuffleDwords(int destination, int source, int order) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long low = cpu.fpu.xmm[source];
      long high = cpu.fpu.xmm[source + 1];
      shuffle(cpu, destination, low, high, low, high, order);
    }
  }
}
