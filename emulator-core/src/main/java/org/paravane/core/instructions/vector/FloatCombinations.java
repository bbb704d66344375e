package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.FloatArithmetic.ADD;
import static org.paravane.core.instructions.vector.FloatArithmetic.SUBTRACT;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.fpu.SseApproximation;

/**
 * Floating-point instructions that combine lanes or only approximate: ADDSUB, HADD, HSUB and the duplicating moves of
 * SSE3, DPPS and DPPD of SSE4.1, RCP and RSQRT (SDM Vol. 1 12.3, 12.8.2, 10.4.1.2).
 */
final class FloatCombinations {
  private FloatCombinations() {}

  static void addTo(VectorRows rows) {
    rows.xmm(
        "SSE3",
        "F2 0F D0",
        "ADDSUBPS",
        (cpu, to, low, high) -> {
          long lowResult = addSubtract(cpu.fpu, cpu.fpu.xmm[to], low);
          write(cpu, to, lowResult, addSubtract(cpu.fpu, cpu.fpu.xmm[to + 1], high));
        });
    rows.xmm(
        "SSE3",
        "66 0F D0",
        "ADDSUBPD",
        (cpu, to, low, high) -> {
          long lowResult = cpu.fpu.sse.subtractDouble(cpu.fpu.xmm[to], low);
          write(cpu, to, lowResult, cpu.fpu.sse.addDouble(cpu.fpu.xmm[to + 1], high));
        });
    horizontal(rows, "0F 7C", "HADDP", ADD);
    horizontal(rows, "0F 7D", "HSUBP", SUBTRACT);
    rows.add(
        "SSE3",
        "F2 0F 12",
        "MOVDDUP",
        "Vdq,Wq",
        d -> VectorRows.xmmPart(d, (cpu, to, low, high) -> set(cpu, to, low, low), 64));
    rows.xmm(
        "SSE3",
        "F3 0F 12",
        "MOVSLDUP",
        (cpu, to, low, high) -> set(cpu, to, pair((int) low), pair((int) high)));
    rows.xmm(
        "SSE3",
        "F3 0F 16",
        "MOVSHDUP",
        (cpu, to, low, high) -> set(cpu, to, pair((int) (low >>> 32)), pair((int) (high >>> 32))));
    rows.xmmImmediate(
        "SSE4.1",
        "66 0F 3A 40",
        "DPPS",
        selection -> (cpu, to, low, high) -> dotProductSingle(cpu, to, low, high, selection));
    rows.xmmImmediate(
        "SSE4.1",
        "66 0F 3A 41",
        "DPPD",
        selection -> (cpu, to, low, high) -> dotProductDouble(cpu, to, low, high, selection));
    rows.xmm(
        "SSE",
        "NP 0F 52",
        "RSQRTPS",
        (cpu, to, low, high) -> set(cpu, to, rootPair(low), rootPair(high)));
    rows.xmm(
        "SSE",
        "NP 0F 53",
        "RCPPS",
        (cpu, to, low, high) -> set(cpu, to, reciprocalPair(low), reciprocalPair(high)));
    rows.add(
        "SSE",
        "F3 0F 52",
        "RSQRTSS",
        "Vss,Wss",
        d ->
            VectorRows.xmmPart(
                d,
                (cpu, to, low, high) ->
                    setSingle(cpu, to, SseApproximation.reciprocalSquareRoot((int) low)),
                32));
    rows.add(
        "SSE",
        "F3 0F 53",
        "RCPSS",
        "Vss,Wss",
        d ->
            VectorRows.xmmPart(
                d,
                (cpu, to, low, high) -> setSingle(cpu, to, SseApproximation.reciprocal((int) low)),
                32));
  }

  private static void horizontal(VectorRows rows, String opcode, String mnemonic, int kind) {
    rows.xmm(
        "SSE3",
        "F2 " + opcode,
        mnemonic + "S",
        (cpu, to, low, high) -> {
          FpuState fpu = cpu.fpu;
          int first = ofHalves(fpu, kind, fpu.xmm[to]);
          int second = ofHalves(fpu, kind, fpu.xmm[to + 1]);
          int third = ofHalves(fpu, kind, low);
          write(
              cpu, to, Lanes.dwords(first, second), Lanes.dwords(third, ofHalves(fpu, kind, high)));
        });
    rows.xmm(
        "SSE3",
        "66 " + opcode,
        mnemonic + "D",
        (cpu, to, low, high) -> {
          long first =
              FloatArithmetic.ofDoubles(cpu.fpu, kind, cpu.fpu.xmm[to], cpu.fpu.xmm[to + 1]);
          write(cpu, to, first, FloatArithmetic.ofDoubles(cpu.fpu, kind, low, high));
        });
  }

  private static int ofHalves(FpuState fpu, int kind, long pair) {
    return FloatArithmetic.ofSingles(fpu, kind, (int) pair, (int) (pair >>> 32));
  }

  private static long addSubtract(FpuState fpu, long a, long b) {
    int low = fpu.sse.subtractFloat((int) a, (int) b);
    return Lanes.dwords(low, fpu.sse.addFloat((int) (a >>> 32), (int) (b >>> 32)));
  }

  private static void write(Cpu cpu, int to, long low, long high) {
    Availability.commit(cpu);
    set(cpu, to, low, high);
  }

  private static void set(Cpu cpu, int to, long low, long high) {
    cpu.fpu.xmm[to] = low;
    cpu.fpu.xmm[to + 1] = high;
  }

  private static void setSingle(Cpu cpu, int to, int value) {
    cpu.fpu.xmm[to] = cpu.fpu.xmm[to] & ~0xffff_ffffL | value & 0xffff_ffffL;
  }

  private static long pair(int value) {
    return Lanes.dwords(value, value);
  }

  /**
   * DPPS. The lanes of the result differ in nothing but the order of the additions, which decides between NaNs; the
   * orders are those of processors. Each step reports its exceptions before the next one starts.
   */
  private static void dotProductSingle(Cpu cpu, int to, long low, long high, int selection) {
    FpuState fpu = cpu.fpu;
    long a = fpu.xmm[to];
    long b = fpu.xmm[to + 1];
    int product0 = (selection & 0x10) != 0 ? fpu.sse.multiplyFloat((int) a, (int) low) : 0;
    int product1 =
        (selection & 0x20) != 0 ? fpu.sse.multiplyFloat((int) (a >>> 32), (int) (low >>> 32)) : 0;
    int product2 = (selection & 0x40) != 0 ? fpu.sse.multiplyFloat((int) b, (int) high) : 0;
    int product3 =
        (selection & 0x80) != 0 ? fpu.sse.multiplyFloat((int) (b >>> 32), (int) (high >>> 32)) : 0;
    Availability.commit(cpu);
    int sum0 = fpu.sse.addFloat(product1, product0);
    int sum1 = fpu.sse.addFloat(product0, product1);
    int sum2 = fpu.sse.addFloat(product3, product2);
    int sum3 = fpu.sse.addFloat(product2, product3);
    Availability.commit(cpu);
    int result0 = fpu.sse.addFloat(sum0, sum2);
    int result1 = fpu.sse.addFloat(sum1, sum3);
    int result2 = fpu.sse.addFloat(sum2, sum0);
    int result3 = fpu.sse.addFloat(sum3, sum1);
    write(
        cpu,
        to,
        Lanes.dwords((selection & 1) != 0 ? result0 : 0, (selection & 2) != 0 ? result1 : 0),
        Lanes.dwords((selection & 4) != 0 ? result2 : 0, (selection & 8) != 0 ? result3 : 0));
  }

  /** DPPD, by the rules of {@link #dotProductSingle}. */
  private static void dotProductDouble(Cpu cpu, int to, long low, long high, int selection) {
    FpuState fpu = cpu.fpu;
    long product0 = (selection & 0x10) != 0 ? fpu.sse.multiplyDouble(fpu.xmm[to], low) : 0;
    long product1 = (selection & 0x20) != 0 ? fpu.sse.multiplyDouble(fpu.xmm[to + 1], high) : 0;
    Availability.commit(cpu);
    long result0 = fpu.sse.addDouble(product0, product1);
    long result1 = fpu.sse.addDouble(product1, product0);
    write(cpu, to, (selection & 1) != 0 ? result0 : 0, (selection & 2) != 0 ? result1 : 0);
  }

  private static long reciprocalPair(long pair) {
    int low = SseApproximation.reciprocal((int) pair);
    return Lanes.dwords(low, SseApproximation.reciprocal((int) (pair >>> 32)));
  }

  private static long rootPair(long pair) {
    int low = SseApproximation.reciprocalSquareRoot((int) pair);
    return Lanes.dwords(low, SseApproximation.reciprocalSquareRoot((int) (pair >>> 32)));
  }
}
