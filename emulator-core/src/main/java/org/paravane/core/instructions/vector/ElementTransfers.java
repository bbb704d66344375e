package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.mmxReg;
import static org.paravane.core.instructions.vector.VectorRows.mmxRm;
import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;

/** PINSR*, PEXTR*, INSERTPS and EXTRACTPS: one lane to or from a general register or memory (SDM Vol. 1 12.8.5). */
final class ElementTransfers {
  private ElementTransfers() {}

  static void addTo(VectorRows rows) {
    rows.add("SSE", "NP 0F C4", "PINSRW", "Pq,Edw,Ib", ElementTransfers::insertMmx);
    rows.add(
        "SSE",
        "NP 0F C5",
        "PEXTRW",
        "Gd,Nq,Ib",
        d -> new ExtractMmx(d.reg(), mmxRm(d), 16 * ((int) d.immediate() & 3)));
    rows.add("SSE2", "66 0F C4", "PINSRW", "Vdq,Edw,Ib", d -> insert(d, 16));
    rows.add(
        "SSE2",
        "66 0F C5",
        "PEXTRW",
        "Gd,Udq,Ib",
        d -> {
          int at = 16 * ((int) d.immediate() & 7);
          return new Extract(d.reg(), rm(d) + (at >> 6), at & 63, 0xffff);
        });
    rows.add("SSE4.1", "66 0F 3A 20", "PINSRB", "Vdq,Edb,Ib", d -> insert(d, 8));
    rows.add("SSE4.1", "66 0F 3A 22", "PINSRD", "Vdq,Ey,Ib", d -> insert(d, d.rexW() ? 64 : 32));
    rows.add("SSE4.1", "66 0F 3A 14", "PEXTRB", "Edb,Vdq,Ib", d -> extract(d, 8));
    rows.add("SSE4.1", "66 0F 3A 15", "PEXTRW", "Edw,Vdq,Ib", d -> extract(d, 16));
    rows.add("SSE4.1", "66 0F 3A 16", "PEXTRD", "Ey,Vdq,Ib", d -> extract(d, d.rexW() ? 64 : 32));
    rows.add("SSE4.1", "66 0F 3A 17", "EXTRACTPS", "Ed,Vdq,Ib", d -> extract(d, 32));
    rows.add("SSE4.1", "66 0F 3A 21", "INSERTPS", "Vdq,Wd,Ib", ElementTransfers::insertSingle);
  }

  private static long mask(int bits) {
    return -1L >>> 64 - bits;
  }

  /** Bit offset of the lane that the immediate selects among those of 128 bits. */
  private static int offset(Decoded d, int bits) {
    return (int) d.immediate() * bits & 127;
  }

  private static Instruction insert(Decoded d, int bits) {
    int at = offset(d, bits);
    int half = reg(d) + (at >> 6);
    return d.isRegister()
        ? new Insert(half, at & 63, mask(bits), d.rm())
        : new InsertMemory(half, at & 63, bits, d.memory());
  }

  private static Instruction extract(Decoded d, int bits) {
    int at = offset(d, bits);
    int half = reg(d) + (at >> 6);
    return d.isRegister()
        ? new Extract(d.rm(), half, at & 63, mask(bits))
        : new ExtractToMemory(d.memory(), bits, half, at & 63);
  }

  private static Instruction insertMmx(Decoded d) {
    int at = 16 * ((int) d.immediate() & 3);
    return d.isRegister()
        ? new InsertMmx(mmxReg(d), at, d.rm())
        : new VectorOperands.MmMemory(
            (a, b) -> replace(a, at, 0xffff, b), mmxReg(d), d.memory(), 16);
  }

  private static Instruction insertSingle(Decoded d) {
    int immediate = (int) d.immediate();
    // A memory operand is one lane; which is to be taken is told for registers only.
    int from = d.isRegister() ? immediate >> 6 & 3 : 0;
    int to = immediate >> 4 & 3;
    PackedOperation operation =
        (cpu, destination, low, high) -> {
          long[] xmm = cpu.fpu.xmm;
          int half = destination + (to >> 1);
          long lane = (from < 2 ? low : high) >>> 32 * (from & 1);
          xmm[half] = replace(xmm[half], 32 * (to & 1), mask(32), lane);
          xmm[destination] &= ~zeroed(immediate);
          xmm[destination + 1] &= ~zeroed(immediate >> 2);
        };
    return VectorRows.xmmPart(d, operation, 32);
  }

  private static long zeroed(int bits) {
    return ((bits & 1) != 0 ? mask(32) : 0) | ((bits & 2) != 0 ? ~mask(32) : 0);
  }

  private static long replace(long value, int at, long mask, long lane) {
    return value & ~(mask << at) | (lane & mask) << at;
  }

  record Insert(int half, int at, long mask, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.fpu.xmm[half] = replace(cpu.fpu.xmm[half], at, mask, cpu.gpr[source]);
    }
  }

  record InsertMemory(int half, int at, int bits, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.fpu.xmm[half] = replace(cpu.fpu.xmm[half], at, mask(bits), source.read(cpu, bits));
    }
  }

  record InsertMmx(int register, int at, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      cpu.fpu.enterMmx();
      cpu.fpu.mmx(register, replace(cpu.fpu.significand[register], at, 0xffff, cpu.gpr[source]));
    }
  }

  record Extract(int destination, int half, int at, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.gpr[destination] = cpu.fpu.xmm[half] >>> at & mask;
    }
  }

  record ExtractToMemory(MemoryOperand destination, int bits, int half, int at)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      destination.write(cpu, bits, cpu.fpu.xmm[half] >>> at);
    }
  }

  record ExtractMmx(int destination, int source, int at) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      cpu.fpu.enterMmx();
      cpu.gpr[destination] = cpu.fpu.significand[source] >>> at & 0xffff;
    }
  }
}
