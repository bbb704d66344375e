package org.paravane.core.instructions.vector;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.decode.Decoded;

/** CMPPS, CMPPD, CMPSS, CMPSD, COMISS, COMISD, UCOMISS and UCOMISD (SDM Vol. 1 10.4.2, 11.4.1.4). */
final class FloatComparisons {
  private FloatComparisons() {}

  static void addTo(VectorRows rows) {
    rows.xmmImmediate("SSE", "NP 0F C2", "CMPPS", FloatComparisons::packedSingle);
    rows.xmmImmediate("SSE2", "66 0F C2", "CMPPD", FloatComparisons::packedDouble);
    rows.add(
        "SSE",
        "F3 0F C2",
        "CMPSS",
        "Vss,Wss,Ib",
        d -> VectorRows.xmmPart(d, single(predicate(d)), 32));
    rows.add(
        "SSE2",
        "F2 0F C2",
        "CMPSD",
        "Vsd,Wsd,Ib",
        d -> VectorRows.xmmPart(d, scalarDouble(predicate(d)), 64));
    flags(
        rows,
        "SSE",
        "NP 0F 2E",
        "UCOMISS",
        "Vss,Wss",
        32,
        (cpu, to, low, high) ->
            finish(cpu, cpu.fpu.sseComparison.unorderedFloat((int) cpu.fpu.xmm[to], (int) low)));
    flags(
        rows,
        "SSE2",
        "66 0F 2E",
        "UCOMISD",
        "Vsd,Wsd",
        64,
        (cpu, to, low, high) ->
            finish(cpu, cpu.fpu.sseComparison.unorderedDouble(cpu.fpu.xmm[to], low)));
    flags(
        rows,
        "SSE",
        "NP 0F 2F",
        "COMISS",
        "Vss,Wss",
        32,
        (cpu, to, low, high) ->
            finish(cpu, cpu.fpu.sseComparison.orderedFloat((int) cpu.fpu.xmm[to], (int) low)));
    flags(
        rows,
        "SSE2",
        "66 0F 2F",
        "COMISD",
        "Vsd,Wsd",
        64,
        (cpu, to, low, high) ->
            finish(cpu, cpu.fpu.sseComparison.orderedDouble(cpu.fpu.xmm[to], low)));
  }

  private static void flags(
      VectorRows rows,
      String feature,
      String encoding,
      String mnemonic,
      String operands,
      int bits,
      PackedOperation operation) {
    rows.addWithFlags(
        feature, encoding, mnemonic, operands, d -> VectorRows.xmmPart(d, operation, bits));
  }

  private static void finish(Cpu cpu, int flags) {
    Availability.commit(cpu);
    cpu.statusFlags(flags);
  }

  /** Legacy SSE looks at three bits of the immediate only. */
  private static int predicate(Decoded d) {
    return (int) d.immediate() & 7;
  }

  private static int singleMask(Cpu cpu, long a, long b, int predicate) {
    return cpu.fpu.sseComparison.holdsFloat((int) a, (int) b, predicate) ? -1 : 0;
  }

  private static long doubleMask(Cpu cpu, long a, long b, int predicate) {
    return cpu.fpu.sseComparison.holdsDouble(a, b, predicate) ? -1 : 0;
  }

  private static long pairMask(Cpu cpu, long a, long b, int predicate) {
    int low = singleMask(cpu, a, b, predicate);
    return Lanes.dwords(low, singleMask(cpu, a >>> 32, b >>> 32, predicate));
  }

  private static PackedOperation packedSingle(int immediate) {
    int predicate = immediate & 7;
    return (cpu, to, low, high) -> {
      long lowMask = pairMask(cpu, cpu.fpu.xmm[to], low, predicate);
      long highMask = pairMask(cpu, cpu.fpu.xmm[to + 1], high, predicate);
      Availability.commit(cpu);
      cpu.fpu.xmm[to] = lowMask;
      cpu.fpu.xmm[to + 1] = highMask;
    };
  }

  private static PackedOperation packedDouble(int immediate) {
    int predicate = immediate & 7;
    return (cpu, to, low, high) -> {
      long lowMask = doubleMask(cpu, cpu.fpu.xmm[to], low, predicate);
      long highMask = doubleMask(cpu, cpu.fpu.xmm[to + 1], high, predicate);
      Availability.commit(cpu);
      cpu.fpu.xmm[to] = lowMask;
      cpu.fpu.xmm[to + 1] = highMask;
    };
  }

  private static PackedOperation single(int predicate) {
    return (cpu, to, low, high) -> {
      long mask = singleMask(cpu, cpu.fpu.xmm[to], low, predicate) & 0xffff_ffffL;
      Availability.commit(cpu);
      cpu.fpu.xmm[to] = cpu.fpu.xmm[to] & ~0xffff_ffffL | mask;
    };
  }

  private static PackedOperation scalarDouble(int predicate) {
    return (cpu, to, low, high) -> {
      long mask = doubleMask(cpu, cpu.fpu.xmm[to], low, predicate);
      Availability.commit(cpu);
      cpu.fpu.xmm[to] = mask;
    };
  }
}
