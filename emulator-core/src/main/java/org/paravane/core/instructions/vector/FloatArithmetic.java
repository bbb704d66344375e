package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;

/** ADD, MUL, SUB, MIN, DIV, MAX and SQRT in all four forms: PS, PD, SS and SD (SDM Vol. 1 10.4.1.2, 11.4.1.2). */
final class FloatArithmetic {
  static final int ADD = 0;
  static final int MULTIPLY = 1;
  static final int SUBTRACT = 2;
  static final int MIN = 3;
  static final int DIVIDE = 4;
  static final int MAX = 5;
  static final int SQUARE_ROOT = 6;

  private FloatArithmetic() {}

  static void addTo(VectorRows rows) {
    add(rows, "0F 58", "ADD", ADD);
    add(rows, "0F 59", "MUL", MULTIPLY);
    add(rows, "0F 5C", "SUB", SUBTRACT);
    add(rows, "0F 5D", "MIN", MIN);
    add(rows, "0F 5E", "DIV", DIVIDE);
    add(rows, "0F 5F", "MAX", MAX);
    add(rows, "0F 51", "SQRT", SQUARE_ROOT);
  }

  private static void add(VectorRows rows, String opcode, String mnemonic, int kind) {
    rows.xmm("SSE", "NP " + opcode, mnemonic + "PS", new PackedSingle(kind));
    rows.xmm("SSE2", "66 " + opcode, mnemonic + "PD", new PackedDouble(kind));
    rows.add("SSE", "F3 " + opcode, mnemonic + "SS", "Vss,Wss", d -> single(d, kind));
    rows.add("SSE2", "F2 " + opcode, mnemonic + "SD", "Vsd,Wsd", d -> scalarDouble(d, kind));
  }

  private static Instruction single(Decoded d, int kind) {
    return d.isRegister()
        ? new Single(kind, reg(d), rm(d))
        : new SingleMemory(kind, reg(d), d.memory());
  }

  private static Instruction scalarDouble(Decoded d, int kind) {
    return d.isRegister()
        ? new ScalarDouble(kind, reg(d), rm(d))
        : new DoubleMemory(kind, reg(d), d.memory());
  }

  /** One operation on single-precision numbers. */
  static int ofSingles(FpuState fpu, int kind, int a, int b) {
    return switch (kind) {
      case ADD -> fpu.sse.addFloat(a, b);
      case MULTIPLY -> fpu.sse.multiplyFloat(a, b);
      case SUBTRACT -> fpu.sse.subtractFloat(a, b);
      case MIN -> fpu.sseComparison.minFloat(a, b);
      case DIVIDE -> fpu.sse.divideFloat(a, b);
      case MAX -> fpu.sseComparison.maxFloat(a, b);
      default -> fpu.sse.squareRootFloat(b);
    };
  }

  /** One operation on double-precision numbers. */
  static long ofDoubles(FpuState fpu, int kind, long a, long b) {
    return switch (kind) {
      case ADD -> fpu.sse.addDouble(a, b);
      case MULTIPLY -> fpu.sse.multiplyDouble(a, b);
      case SUBTRACT -> fpu.sse.subtractDouble(a, b);
      case MIN -> fpu.sseComparison.minDouble(a, b);
      case DIVIDE -> fpu.sse.divideDouble(a, b);
      case MAX -> fpu.sseComparison.maxDouble(a, b);
      default -> fpu.sse.squareRootDouble(b);
    };
  }

  private static long ofPairs(FpuState fpu, int kind, long a, long b) {
    int low = ofSingles(fpu, kind, (int) a, (int) b);
    return Lanes.dwords(low, ofSingles(fpu, kind, (int) (a >>> 32), (int) (b >>> 32)));
  }

  record PackedSingle(int kind) implements PackedOperation {
    @Override
    public void apply(Cpu cpu, int destination, long low, long high) {
      long[] xmm = cpu.fpu.xmm;
      long lowResult = ofPairs(cpu.fpu, kind, xmm[destination], low);
      long highResult = ofPairs(cpu.fpu, kind, xmm[destination + 1], high);
      Availability.commit(cpu);
      xmm[destination] = lowResult;
      xmm[destination + 1] = highResult;
    }
  }

  record PackedDouble(int kind) implements PackedOperation {
    @Override
    public void apply(Cpu cpu, int destination, long low, long high) {
      long[] xmm = cpu.fpu.xmm;
      long lowResult = ofDoubles(cpu.fpu, kind, xmm[destination], low);
      long highResult = ofDoubles(cpu.fpu, kind, xmm[destination + 1], high);
      Availability.commit(cpu);
      xmm[destination] = lowResult;
      xmm[destination + 1] = highResult;
    }
  }

  private static void single(Cpu cpu, int kind, int destination, int source) {
    long[] xmm = cpu.fpu.xmm;
    int result = ofSingles(cpu.fpu, kind, (int) xmm[destination], source);
    Availability.commit(cpu);
    xmm[destination] = xmm[destination] & ~0xffff_ffffL | result & 0xffff_ffffL;
  }

  private static void scalarDouble(Cpu cpu, int kind, int destination, long source) {
    long[] xmm = cpu.fpu.xmm;
    long result = ofDoubles(cpu.fpu, kind, xmm[destination], source);
    Availability.commit(cpu);
    xmm[destination] = result;
  }

  record Single(int kind, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      single(cpu, kind, destination, (int) cpu.fpu.xmm[source]);
    }
  }

  record SingleMemory(int kind, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      single(cpu, kind, destination, source.read32(cpu));
    }
  }

  record ScalarDouble(int kind, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      scalarDouble(cpu, kind, destination, cpu.fpu.xmm[source]);
    }
  }

  record DoubleMemory(int kind, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      scalarDouble(cpu, kind, destination, source.read64(cpu));
    }
  }
}
