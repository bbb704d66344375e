package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.mmxReg;
import static org.paravane.core.instructions.vector.VectorRows.mmxRm;
import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;

/** CVT* among XMM, general and MMX registers, and ROUND* (SDM Vol. 1 11.4.1.6, 12.8.4). */
final class FloatConversions {
  private FloatConversions() {}

  static void addTo(VectorRows rows) {
    addPacked(rows);
    addScalar(rows);
    addMmx(rows);
    rows.xmmImmediate(
        "SSE4.1",
        "66 0F 3A 08",
        "ROUNDPS",
        mode ->
            (cpu, to, low, high) -> {
              long lowResult = roundPair(cpu.fpu, low, mode);
              write(cpu, to, lowResult, roundPair(cpu.fpu, high, mode));
            });
    rows.xmmImmediate(
        "SSE4.1",
        "66 0F 3A 09",
        "ROUNDPD",
        mode ->
            (cpu, to, low, high) -> {
              long lowResult = cpu.fpu.sseConversion.roundDouble(low, mode);
              write(cpu, to, lowResult, cpu.fpu.sseConversion.roundDouble(high, mode));
            });
    rows.add(
        "SSE4.1",
        "66 0F 3A 0A",
        "ROUNDSS",
        "Vss,Wss,Ib",
        d -> {
          int mode = (int) d.immediate();
          return VectorRows.xmmPart(
              d,
              (cpu, to, low, high) ->
                  writeSingle(cpu, to, cpu.fpu.sseConversion.roundFloat((int) low, mode)),
              32);
        });
    rows.add(
        "SSE4.1",
        "66 0F 3A 0B",
        "ROUNDSD",
        "Vsd,Wsd,Ib",
        d -> {
          int mode = (int) d.immediate();
          return VectorRows.xmmPart(
              d,
              (cpu, to, low, high) ->
                  writeLow(cpu, to, cpu.fpu.sseConversion.roundDouble(low, mode)),
              64);
        });
  }

  private static void addPacked(VectorRows rows) {
    rows.add(
        "SSE2",
        "NP 0F 5A",
        "CVTPS2PD",
        "Vpd,Wq",
        d ->
            VectorRows.xmmPart(
                d,
                (cpu, to, low, high) -> {
                  long first = cpu.fpu.sseConversion.floatToDouble((int) low);
                  write(cpu, to, first, cpu.fpu.sseConversion.floatToDouble((int) (low >>> 32)));
                },
                64));
    rows.xmm(
        "SSE2",
        "66 0F 5A",
        "CVTPD2PS",
        (cpu, to, low, high) -> {
          int first = cpu.fpu.sseConversion.doubleToFloat(low);
          write(cpu, to, Lanes.dwords(first, cpu.fpu.sseConversion.doubleToFloat(high)), 0);
        });
    rows.xmm(
        "SSE2",
        "NP 0F 5B",
        "CVTDQ2PS",
        (cpu, to, low, high) -> {
          long lowResult = integersToFloats(cpu.fpu, low);
          write(cpu, to, lowResult, integersToFloats(cpu.fpu, high));
        });
    rows.xmm(
        "SSE2",
        "66 0F 5B",
        "CVTPS2DQ",
        (cpu, to, low, high) -> {
          long lowResult = floatsToIntegers(cpu.fpu, low, false);
          write(cpu, to, lowResult, floatsToIntegers(cpu.fpu, high, false));
        });
    rows.xmm(
        "SSE2",
        "F3 0F 5B",
        "CVTTPS2DQ",
        (cpu, to, low, high) -> {
          long lowResult = floatsToIntegers(cpu.fpu, low, true);
          write(cpu, to, lowResult, floatsToIntegers(cpu.fpu, high, true));
        });
    rows.xmm(
        "SSE2",
        "66 0F E6",
        "CVTTPD2DQ",
        (cpu, to, low, high) -> write(cpu, to, doublesToIntegers(cpu.fpu, low, high, true), 0));
    rows.xmm(
        "SSE2",
        "F2 0F E6",
        "CVTPD2DQ",
        (cpu, to, low, high) -> write(cpu, to, doublesToIntegers(cpu.fpu, low, high, false), 0));
    rows.add(
        "SSE2",
        "F3 0F E6",
        "CVTDQ2PD",
        "Vpd,Wq",
        d ->
            VectorRows.xmmPart(
                d,
                (cpu, to, low, high) -> {
                  cpu.fpu.xmm[to] = integerToDouble((int) low);
                  cpu.fpu.xmm[to + 1] = integerToDouble((int) (low >>> 32));
                },
                64));
  }

  private static void addScalar(VectorRows rows) {
    rows.add(
        "SSE2",
        "F3 0F 5A",
        "CVTSS2SD",
        "Vsd,Wss",
        d ->
            VectorRows.xmmPart(
                d,
                (cpu, to, low, high) ->
                    writeLow(cpu, to, cpu.fpu.sseConversion.floatToDouble((int) low)),
                32));
    rows.add(
        "SSE2",
        "F2 0F 5A",
        "CVTSD2SS",
        "Vss,Wsd",
        d ->
            VectorRows.xmmPart(
                d,
                (cpu, to, low, high) ->
                    writeSingle(cpu, to, cpu.fpu.sseConversion.doubleToFloat(low)),
                64));
    rows.add("SSE", "F3 0F 2A", "CVTSI2SS", "Vss,Ey", d -> fromGeneral(d, false));
    rows.add("SSE2", "F2 0F 2A", "CVTSI2SD", "Vsd,Ey", d -> fromGeneral(d, true));
    rows.add("SSE", "F3 0F 2C", "CVTTSS2SI", "Gy,Wss", d -> toGeneral(d, false, true));
    rows.add("SSE2", "F2 0F 2C", "CVTTSD2SI", "Gy,Wsd", d -> toGeneral(d, true, true));
    rows.add("SSE", "F3 0F 2D", "CVTSS2SI", "Gy,Wss", d -> toGeneral(d, false, false));
    rows.add("SSE2", "F2 0F 2D", "CVTSD2SI", "Gy,Wsd", d -> toGeneral(d, true, false));
  }

  private static void addMmx(VectorRows rows) {
    rows.add("SSE", "NP 0F 2A", "CVTPI2PS", "Vps,Qpi", d -> fromMmx(d, false));
    rows.add("SSE2", "66 0F 2A", "CVTPI2PD", "Vpd,Qpi", d -> fromMmx(d, true));
    for (boolean truncate : new boolean[] {true, false}) {
      String opcode = truncate ? "0F 2C" : "0F 2D";
      String name = truncate ? "CVTT" : "CVT";
      rows.add("SSE", "NP " + opcode, name + "PS2PI", "Pq,Wq", d -> toMmx(d, false, truncate));
      rows.add("SSE2", "66 " + opcode, name + "PD2PI", "Pq,Wpd", d -> toMmx(d, true, truncate));
    }
  }

  private static void write(Cpu cpu, int to, long low, long high) {
    Availability.commit(cpu);
    cpu.fpu.xmm[to] = low;
    cpu.fpu.xmm[to + 1] = high;
  }

  private static void writeLow(Cpu cpu, int to, long value) {
    Availability.commit(cpu);
    cpu.fpu.xmm[to] = value;
  }

  private static void writeSingle(Cpu cpu, int to, int value) {
    Availability.commit(cpu);
    cpu.fpu.xmm[to] = cpu.fpu.xmm[to] & ~0xffff_ffffL | value & 0xffff_ffffL;
  }

  private static long roundPair(FpuState fpu, long pair, int mode) {
    int low = fpu.sseConversion.roundFloat((int) pair, mode);
    return Lanes.dwords(low, fpu.sseConversion.roundFloat((int) (pair >>> 32), mode));
  }

  /** Exact whatever MXCSR says. */
  private static long integerToDouble(int value) {
    return Double.doubleToRawLongBits(value);
  }

  private static long integersToFloats(FpuState fpu, long pair) {
    int low = fpu.sseConversion.integerToFloat((int) pair);
    return Lanes.dwords(low, fpu.sseConversion.integerToFloat((int) (pair >>> 32)));
  }

  private static long floatsToIntegers(FpuState fpu, long pair, boolean truncate) {
    int low = (int) toInteger(fpu, (int) pair, false, truncate, 32);
    return Lanes.dwords(low, (int) toInteger(fpu, (int) (pair >>> 32), false, truncate, 32));
  }

  private static long doublesToIntegers(FpuState fpu, long low, long high, boolean truncate) {
    int first = (int) toInteger(fpu, low, true, truncate, 32);
    return Lanes.dwords(first, (int) toInteger(fpu, high, true, truncate, 32));
  }

  private static long toInteger(
      FpuState fpu, long bits, boolean isDouble, boolean truncate, int width) {
    double value = isDouble ? Double.longBitsToDouble(bits) : Float.intBitsToFloat((int) bits);
    int small = (int) value;
    if (small == value) {
      return small;
    }
    if (isDouble) {
      return truncate
          ? fpu.sseConversion.doubleToIntegerTruncated(bits, width)
          : fpu.sseConversion.doubleToInteger(bits, width);
    }
    return truncate
        ? fpu.sseConversion.floatToIntegerTruncated((int) bits, width)
        : fpu.sseConversion.floatToInteger((int) bits, width);
  }

  private static Instruction fromGeneral(Decoded d, boolean isDouble) {
    int bits = d.rexW() ? 64 : 32;
    return d.isRegister()
        ? new FromGeneral(reg(d), d.rm(), bits, isDouble)
        : new FromMemory(reg(d), d.memory(), bits, isDouble);
  }

  private static Instruction toGeneral(Decoded d, boolean isDouble, boolean truncate) {
    int bits = d.rexW() ? 64 : 32;
    int register = d.reg();
    return VectorRows.xmmPart(
        d,
        (cpu, unused, low, high) -> {
          long result = toInteger(cpu.fpu, low, isDouble, truncate, bits);
          Availability.commit(cpu);
          cpu.set(register, bits, result);
        },
        isDouble ? 64 : 32);
  }

  private static void fromInteger(
      Cpu cpu, int destination, long value, int bits, boolean isDouble) {
    if (!isDouble) {
      writeSingle(
          cpu, destination, cpu.fpu.sseConversion.integerToFloat(bits == 32 ? (int) value : value));
    } else if (bits == 32) {
      cpu.fpu.xmm[destination] = integerToDouble((int) value);
    } else {
      writeLow(cpu, destination, cpu.fpu.sseConversion.integerToDouble(value));
    }
  }

  private static Instruction fromMmx(Decoded d, boolean isDouble) {
    return d.isRegister()
        ? new FromMmx(reg(d), mmxRm(d), isDouble)
        : new FromMmxMemory(reg(d), d.memory(), isDouble);
  }

  private static Instruction toMmx(Decoded d, boolean isDouble, boolean truncate) {
    return d.isRegister()
        ? new ToMmx(mmxReg(d), rm(d), isDouble, truncate)
        : new ToMmxMemory(mmxReg(d), d.memory(), isDouble, truncate);
  }

  record FromGeneral(int destination, int source, int bits, boolean isDouble)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      fromInteger(cpu, destination, cpu.gpr[source], bits, isDouble);
    }
  }

  record FromMemory(int destination, MemoryOperand source, int bits, boolean isDouble)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      fromInteger(cpu, destination, source.read(cpu, bits), bits, isDouble);
    }
  }

  private static void fromPair(Cpu cpu, int destination, long pair, boolean isDouble) {
    if (isDouble) {
      cpu.fpu.xmm[destination] = integerToDouble((int) pair);
      cpu.fpu.xmm[destination + 1] = integerToDouble((int) (pair >>> 32));
    } else {
      writeLow(cpu, destination, integersToFloats(cpu.fpu, pair));
    }
  }

  record FromMmx(int destination, int source, boolean isDouble) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireBoth(cpu);
      cpu.fpu.enterMmx();
      fromPair(cpu, destination, cpu.fpu.significand[source], isDouble);
    }
  }

  /** Leaves the x87 unit alone: processors do so for CVTPI2PS too, of which the manual says otherwise. */
  record FromMmxMemory(int destination, MemoryOperand source, boolean isDouble)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      fromPair(cpu, destination, source.read64(cpu), isDouble);
    }
  }

  private static void toPair(
      Cpu cpu, int destination, long low, long high, boolean isDouble, boolean truncate) {
    // The x87 unit changes even if an unmasked exception keeps the destination as it was.
    cpu.fpu.enterMmx();
    long pair =
        isDouble
            ? doublesToIntegers(cpu.fpu, low, high, truncate)
            : floatsToIntegers(cpu.fpu, low, truncate);
    Availability.commit(cpu);
    cpu.fpu.mmx(destination, pair);
  }

  record ToMmx(int destination, int source, boolean isDouble, boolean truncate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireBoth(cpu);
      toPair(cpu, destination, cpu.fpu.xmm[source], cpu.fpu.xmm[source + 1], isDouble, truncate);
    }
  }

  record ToMmxMemory(int destination, MemoryOperand source, boolean isDouble, boolean truncate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireBoth(cpu);
      if (isDouble) {
        long linear = VectorMemory.alignedForRead(cpu, source);
        long low = cpu.memory.read64(linear, source.segment());
        toPair(
            cpu, destination, low, cpu.memory.read64(linear + 8, source.segment()), true, truncate);
      } else {
        toPair(cpu, destination, source.read64(cpu), 0, false, truncate);
      }
    }
  }
}
