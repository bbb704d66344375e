package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.mmxReg;
import static org.paravane.core.instructions.vector.VectorRows.mmxRm;
import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;

/** Moves between general, MMX and XMM registers, MMX moves, sign masks and masked stores (SDM Vol. 1 9.4.1, 11.4.4). */
final class TransferMoves {
  private TransferMoves() {}

  static void addTo(VectorRows rows) {
    rows.add("SSE2", "66 0F 6E", "MOVD", "Vy,Ey", TransferMoves::toXmm);
    rows.add("SSE2", "66 0F 7E", "MOVD", "Ey,Vy", TransferMoves::fromXmm);
    rows.add("MMX", "NP 0F 6E", "MOVD", "Py,Ey", TransferMoves::toMmx);
    rows.add("MMX", "NP 0F 7E", "MOVD", "Ey,Py", TransferMoves::fromMmx);
    rows.mmx("MMX", "NP 0F 6F", "MOVQ", (a, b) -> b);
    rows.add(
        "MMX",
        "NP 0F 7F",
        "MOVQ",
        "Qq,Pq",
        d ->
            d.isRegister()
                ? new VectorOperands.MmMm((a, b) -> b, mmxRm(d), mmxReg(d))
                : new MmxToMemory(d.memory(), mmxReg(d), 64));
    rows.add("SSE", "NP 0F E7", "MOVNTQ", "Mq,Pq", d -> new MmxToMemory(d.memory(), mmxReg(d), 64));
    rows.add("SSE2", "F2 0F D6", "MOVDQ2Q", "Pq,Uq", d -> new XmmToMmx(mmxReg(d), rm(d)));
    rows.add("SSE2", "F3 0F D6", "MOVQ2DQ", "Vdq,Nq", d -> new MmxToXmm(reg(d), mmxRm(d)));
    rows.add("SSE2", "66 0F D7", "PMOVMSKB", "Gd,Udq", d -> new ByteMask(d.reg(), rm(d)));
    rows.add("SSE", "NP 0F D7", "PMOVMSKB", "Gd,Nq", d -> new MmxByteMask(d.reg(), mmxRm(d)));
    rows.add("SSE", "NP 0F 50", "MOVMSKPS", "Gd,Ups", d -> new SingleMask(d.reg(), rm(d)));
    rows.add("SSE2", "66 0F 50", "MOVMSKPD", "Gd,Upd", d -> new DoubleMask(d.reg(), rm(d)));
    rows.add(
        "SSE2",
        "NP 0F C3",
        "MOVNTI",
        "My,Gy",
        d -> new NonTemporal(d.memory(), d.reg(), d.rexW() ? 64 : 32));
    rows.add(
        "SSE2",
        "66 0F F7",
        "MASKMOVDQU",
        "Vdq,Udq",
        d -> new MaskedXmmStore(implied(d), reg(d), rm(d)));
    rows.add(
        "SSE",
        "NP 0F F7",
        "MASKMOVQ",
        "Pq,Nq",
        d -> new MaskedMmxStore(implied(d), mmxReg(d), mmxRm(d)));
  }

  /** The operand DS:[rDI] of the masked stores. */
  private static MemoryOperand implied(Decoded d) {
    return new MemoryOperand(
        d.segmentOr(Segments.DS), Cpu.RDI, Cpu.ZERO, 0, 0, d.addressMask(), !d.is64());
  }

  private static Instruction toXmm(Decoded d) {
    int bits = d.rexW() ? 64 : 32;
    return d.isRegister()
        ? new GeneralToXmm(reg(d), d.rm(), d.rexW() ? -1 : 0xffff_ffffL)
        : new VectorMoves.LoadPart(reg(d), d.memory(), bits);
  }

  private static Instruction fromXmm(Decoded d) {
    if (d.isRegister()) {
      return new XmmToGeneral(d.rm(), reg(d), d.rexW() ? -1 : 0xffff_ffffL);
    }
    return d.rexW()
        ? new VectorMoves.StoreHalf(d.memory(), reg(d))
        : new VectorMoves.StoreSingle(d.memory(), reg(d));
  }

  private static Instruction toMmx(Decoded d) {
    int bits = d.rexW() ? 64 : 32;
    return d.isRegister()
        ? new GeneralToMmx(mmxReg(d), d.rm(), d.rexW() ? -1 : 0xffff_ffffL)
        : new VectorOperands.MmMemory((a, b) -> b, mmxReg(d), d.memory(), bits);
  }

  private static Instruction fromMmx(Decoded d) {
    return d.isRegister()
        ? new MmxToGeneral(d.rm(), mmxReg(d), d.rexW() ? -1 : 0xffff_ffffL)
        : new MmxToMemory(d.memory(), mmxReg(d), d.rexW() ? 64 : 32);
  }

  record GeneralToXmm(int destination, int source, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = cpu.gpr[source] & mask;
      xmm[destination + 1] = 0;
    }
  }

  record XmmToGeneral(int destination, int source, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.gpr[destination] = cpu.fpu.xmm[source] & mask;
    }
  }

  record GeneralToMmx(int destination, int source, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      cpu.fpu.enterMmx();
      cpu.fpu.mmx(destination, cpu.gpr[source] & mask);
    }
  }

  record MmxToGeneral(int destination, int source, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      cpu.fpu.enterMmx();
      cpu.gpr[destination] = cpu.fpu.significand[source] & mask;
    }
  }

  record MmxToMemory(MemoryOperand destination, int source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      destination.write(cpu, bits, cpu.fpu.significand[source]);
      cpu.fpu.enterMmx();
    }
  }

  record XmmToMmx(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireBoth(cpu);
      cpu.fpu.enterMmx();
      cpu.fpu.mmx(destination, cpu.fpu.xmm[source]);
    }
  }

  record MmxToXmm(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireBoth(cpu);
      cpu.fpu.enterMmx();
      cpu.fpu.xmm[destination] = cpu.fpu.significand[source];
      cpu.fpu.xmm[destination + 1] = 0;
    }
  }

  record ByteMask(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      cpu.gpr[destination] = Lanes.byteMask(xmm[source]) | Lanes.byteMask(xmm[source + 1]) << 8;
    }
  }

  record MmxByteMask(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      cpu.fpu.enterMmx();
      cpu.gpr[destination] = Lanes.byteMask(cpu.fpu.significand[source]);
    }
  }

  record SingleMask(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long low = cpu.fpu.xmm[source];
      long high = cpu.fpu.xmm[source + 1];
      cpu.gpr[destination] = low >>> 31 & 1 | low >>> 62 & 2 | high >>> 29 & 4 | high >>> 60 & 8;
    }
  }

  record DoubleMask(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.gpr[destination] = cpu.fpu.xmm[source] >>> 63 | cpu.fpu.xmm[source + 1] >>> 62 & 2;
    }
  }

  /** A store from a general register: asks for no vector state. */
  record NonTemporal(MemoryOperand destination, int source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write(cpu, bits, cpu.gpr[source]);
    }
  }

  record MaskedXmmStore(MemoryOperand destination, int source, int mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      int selected = Lanes.byteMask(xmm[mask]) | Lanes.byteMask(xmm[mask + 1]) << 8;
      storeSelected(cpu, destination, xmm[source], xmm[source + 1], selected, 16);
    }
  }

  record MaskedMmxStore(MemoryOperand destination, int source, int mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      int selected = Lanes.byteMask(cpu.fpu.significand[mask]);
      storeSelected(cpu, destination, cpu.fpu.significand[source], 0, selected, 8);
      cpu.fpu.enterMmx();
    }
  }

  private static void storeSelected(
      Cpu cpu, MemoryOperand destination, long low, long high, int selected, int sizeBytes) {
    if (selected == 0) {
      return;
    }
    long linear = destination.forWrite(cpu, sizeBytes);
    cpu.memory.requireWritable(linear, destination.segment(), sizeBytes);
    for (int i = 0; i < sizeBytes; i++) {
      if ((selected >> i & 1) != 0) {
        int value = (int) ((i < 8 ? low : high) >>> 8 * (i & 7)) & 0xff;
        cpu.memory.write8(linear + i, destination.segment(), value);
      }
    }
  }
}
