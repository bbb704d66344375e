package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.mmxRm;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import java.util.function.LongBinaryOperator;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;

/** Packed shifts by a register, memory or immediate count, and by bytes (SDM Vol. 1 9.4.7, 11.4.4). */
final class PackedShifts {
  private PackedShifts() {}

  static void addTo(VectorRows rows) {
    add(rows, "0F D1", "0F 71 /2", "PSRLW", (a, n) -> right(a, n, 16));
    add(rows, "0F D2", "0F 72 /2", "PSRLD", (a, n) -> right(a, n, 32));
    add(rows, "0F D3", "0F 73 /2", "PSRLQ", (a, n) -> right(a, n, 64));
    add(rows, "0F E1", "0F 71 /4", "PSRAW", (a, n) -> arithmetic(a, n, 16));
    add(rows, "0F E2", "0F 72 /4", "PSRAD", (a, n) -> arithmetic(a, n, 32));
    add(rows, "0F F1", "0F 71 /6", "PSLLW", (a, n) -> left(a, n, 16));
    add(rows, "0F F2", "0F 72 /6", "PSLLD", (a, n) -> left(a, n, 32));
    add(rows, "0F F3", "0F 73 /6", "PSLLQ", (a, n) -> left(a, n, 64));
    rows.add(
        "SSE2",
        "66 0F 73 /3",
        "PSRLDQ",
        "Udq,Ib",
        d -> new BytesRight(rm(d), bytes(d.immediate())));
    rows.add(
        "SSE2", "66 0F 73 /7", "PSLLDQ", "Udq,Ib", d -> new BytesLeft(rm(d), bytes(d.immediate())));
  }

  private static void add(
      VectorRows rows,
      String opcode,
      String immediateOpcode,
      String mnemonic,
      LongBinaryOperator operation) {
    PackedOperation counted = PackedOperation.counted(operation);
    rows.mmx("MMX", "NP " + opcode, mnemonic, operation);
    rows.xmm("SSE2", "66 " + opcode, mnemonic, counted);
    rows.add(
        "MMX",
        "NP " + immediateOpcode,
        mnemonic,
        "Nq,Ib",
        d -> new MmxImmediate(operation, mmxRm(d), d.immediate() & 0xff));
    rows.add(
        "SSE2",
        "66 " + immediateOpcode,
        mnemonic,
        "Udq,Ib",
        d -> new XmmImmediate(operation, rm(d), d.immediate() & 0xff));
  }

  private static int bytes(long immediate) {
    return (int) Math.min(immediate & 0xff, 16);
  }

  /** A one in the lowest bit of every lane. */
  private static long ones(int width) {
    return width == 16 ? 0x0001_0001_0001_0001L : width == 32 ? 0x0000_0001_0000_0001L : 1;
  }

  static long right(long a, long count, int width) {
    if (Long.compareUnsigned(count, width) >= 0) {
      return 0;
    }
    return a >>> count & ones(width) * (-1L >>> 64 - width >>> count);
  }

  static long left(long a, long count, int width) {
    if (Long.compareUnsigned(count, width) >= 0) {
      return 0;
    }
    // Multiplying by the mask of one lane repeats it in all.
    return a << count & ones(width) * (-1L >>> 64 - width << count & -1L >>> 64 - width);
  }

  static long arithmetic(long a, long count, int width) {
    int limited = Long.compareUnsigned(count, width) >= 0 ? width - 1 : (int) count;
    long kept = ones(width) * (-1L >>> 64 - width >>> limited);
    return a >>> limited & kept | Lanes.negative(a, ones(width) << width - 1, width) & ~kept;
  }

  record XmmImmediate(LongBinaryOperator operation, int register, long count)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[register] = operation.applyAsLong(xmm[register], count);
      xmm[register + 1] = operation.applyAsLong(xmm[register + 1], count);
    }
  }

  record MmxImmediate(LongBinaryOperator operation, int register, long count)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      cpu.fpu.enterMmx();
      cpu.fpu.mmx(register, operation.applyAsLong(cpu.fpu.significand[register], count));
    }
  }

  /** PSRLDQ by 0 to 16 bytes. */
  record BytesRight(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      long low = xmm[register];
      long high = xmm[register + 1];
      xmm[register] = Lanes.bytesFrom(low, high, count);
      xmm[register + 1] = Lanes.bytesFrom(high, 0, count);
    }
  }

  /** PSLLDQ by 0 to 16 bytes. */
  record BytesLeft(int register, int count) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      long low = xmm[register];
      long high = xmm[register + 1];
      // Moving left by n is taking the bytes from 16 - n on of the value above as many zeros.
      xmm[register] = count <= 8 ? Lanes.bytesFrom(0, low, 8 - count) : 0;
      xmm[register + 1] =
          count <= 8 ? Lanes.bytesFrom(low, high, 8 - count) : Lanes.bytesFrom(0, low, 16 - count);
    }
  }
}
