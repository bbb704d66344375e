package org.paravane.core.instructions.vector;

import static org.paravane.core.instructions.vector.VectorRows.reg;
import static org.paravane.core.instructions.vector.VectorRows.rm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;

/** Moves between XMM registers and memory: whole, by halves and scalar (SDM Vol. 1 10.4.1.1, 11.4.1.1, 11.4.2). */
final class VectorMoves {
  private VectorMoves() {}

  static void addTo(VectorRows rows) {
    for (String[] row : new String[][] {{"SSE", "NP", "S"}, {"SSE2", "66", "D"}}) {
      String feature = row[0];
      String prefix = row[1];
      String type = row[2];
      String v = "V" + (type.equals("S") ? "ps" : "pd");
      String w = "W" + v.substring(1);
      rows.add(feature, prefix + " 0F 10", "MOVUP" + type, v + "," + w, VectorMoves::loadUnaligned);
      rows.add(
          feature, prefix + " 0F 11", "MOVUP" + type, w + "," + v, VectorMoves::storeUnaligned);
      rows.add(feature, prefix + " 0F 28", "MOVAP" + type, v + "," + w, VectorMoves::loadAligned);
      rows.add(feature, prefix + " 0F 29", "MOVAP" + type, w + "," + v, VectorMoves::storeAligned);
      rows.add(
          feature,
          prefix + " 0F 2B",
          "MOVNTP" + type,
          "M" + v.substring(1) + "," + v,
          VectorMoves::storeAligned);
      rows.add(
          feature,
          prefix + " 0F 12",
          "MOVLP" + type,
          "Vq,Mq",
          d -> new LoadHalf(reg(d), d.memory()));
      rows.add(
          feature,
          prefix + " 0F 13",
          "MOVLP" + type,
          "Mq,Vq",
          d -> new StoreHalf(d.memory(), reg(d)));
      rows.add(
          feature,
          prefix + " 0F 16",
          "MOVHP" + type,
          "Vq,Mq",
          d -> new LoadHalf(reg(d) + 1, d.memory()));
      rows.add(
          feature,
          prefix + " 0F 17",
          "MOVHP" + type,
          "Mq,Vq",
          d -> new StoreHalf(d.memory(), reg(d) + 1));
    }
    rows.add("SSE", "NP 0F 12", "MOVHLPS", "Vq,Uq", d -> new CopyHalf(reg(d), rm(d) + 1));
    rows.add("SSE", "NP 0F 16", "MOVLHPS", "Vq,Uq", d -> new CopyHalf(reg(d) + 1, rm(d)));
    rows.add("SSE2", "66 0F 6F", "MOVDQA", "Vdq,Wdq", VectorMoves::loadAligned);
    rows.add("SSE2", "66 0F 7F", "MOVDQA", "Wdq,Vdq", VectorMoves::storeAligned);
    rows.add("SSE2", "F3 0F 6F", "MOVDQU", "Vdq,Wdq", VectorMoves::loadUnaligned);
    rows.add("SSE2", "F3 0F 7F", "MOVDQU", "Wdq,Vdq", VectorMoves::storeUnaligned);
    rows.add("SSE2", "66 0F E7", "MOVNTDQ", "Mdq,Vdq", VectorMoves::storeAligned);
    rows.add("SSE4.1", "66 0F 38 2A", "MOVNTDQA", "Vdq,Mdq", VectorMoves::loadAligned);
    rows.add("SSE3", "F2 0F F0", "LDDQU", "Vdq,Mdq", VectorMoves::loadUnaligned);
    rows.add("SSE2", "F3 0F 7E", "MOVQ", "Vq,Wq", d -> quadword(d, reg(d), true));
    rows.add("SSE2", "66 0F D6", "MOVQ", "Wq,Vq", d -> quadword(d, reg(d), false));
    rows.add(
        "SSE",
        "F3 0F 10",
        "MOVSS",
        "Vss,Wss",
        d -> d.isRegister() ? new CopySingle(reg(d), rm(d)) : new LoadPart(reg(d), d.memory(), 32));
    rows.add(
        "SSE",
        "F3 0F 11",
        "MOVSS",
        "Wss,Vss",
        d -> d.isRegister() ? new CopySingle(rm(d), reg(d)) : new StoreSingle(d.memory(), reg(d)));
    rows.add(
        "SSE2",
        "F2 0F 10",
        "MOVSD",
        "Vsd,Wsd",
        d -> d.isRegister() ? new CopyHalf(reg(d), rm(d)) : new LoadQuadword(reg(d), d.memory()));
    rows.add(
        "SSE2",
        "F2 0F 11",
        "MOVSD",
        "Wsd,Vsd",
        d -> d.isRegister() ? new CopyHalf(rm(d), reg(d)) : new StoreHalf(d.memory(), reg(d)));
  }

  private static Instruction loadUnaligned(Decoded d) {
    return d.isRegister() ? new Copy(reg(d), rm(d)) : new LoadUnaligned(reg(d), d.memory());
  }

  private static Instruction storeUnaligned(Decoded d) {
    return d.isRegister() ? new Copy(rm(d), reg(d)) : new StoreUnaligned(d.memory(), reg(d));
  }

  private static Instruction loadAligned(Decoded d) {
    return d.isRegister() ? new Copy(reg(d), rm(d)) : new LoadAligned(reg(d), d.memory());
  }

  private static Instruction storeAligned(Decoded d) {
    return d.isRegister() ? new Copy(rm(d), reg(d)) : new StoreAligned(d.memory(), reg(d));
  }

  private static Instruction quadword(Decoded d, int register, boolean load) {
    if (d.isRegister()) {
      return load ? new CopyQuadword(register, rm(d)) : new CopyQuadword(rm(d), register);
    }
    return load ? new LoadQuadword(register, d.memory()) : new StoreHalf(d.memory(), register);
  }

  record Copy(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = xmm[source];
      xmm[destination + 1] = xmm[source + 1];
    }
  }

  record LoadUnaligned(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long linear = VectorMemory.forRead(cpu, source);
      long low = cpu.memory.read64(linear, source.segment());
      long[] xmm = cpu.fpu.xmm;
      xmm[destination + 1] = cpu.memory.read64(linear + 8, source.segment());
      xmm[destination] = low;
    }
  }

  record LoadAligned(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long linear = VectorMemory.alignedForRead(cpu, source);
      long low = cpu.memory.read64(linear, source.segment());
      long[] xmm = cpu.fpu.xmm;
      xmm[destination + 1] = cpu.memory.read64(linear + 8, source.segment());
      xmm[destination] = low;
    }
  }

  record StoreUnaligned(MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      VectorMemory.write(cpu, destination, cpu.fpu.xmm[source], cpu.fpu.xmm[source + 1]);
    }
  }

  record StoreAligned(MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      VectorMemory.writeAligned(cpu, destination, cpu.fpu.xmm[source], cpu.fpu.xmm[source + 1]);
    }
  }

  /** One half is loaded or copied, the other stays. */
  record LoadHalf(int half, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.fpu.xmm[half] = source.read64(cpu);
    }
  }

  record StoreHalf(MemoryOperand destination, int half) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      destination.write64(cpu, cpu.fpu.xmm[half]);
    }
  }

  record CopyHalf(int destinationHalf, int sourceHalf) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.fpu.xmm[destinationHalf] = cpu.fpu.xmm[sourceHalf];
    }
  }

  /** The high half becomes zero. */
  record CopyQuadword(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = xmm[source];
      xmm[destination + 1] = 0;
    }
  }

  record LoadQuadword(int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = source.read64(cpu);
      xmm[destination + 1] = 0;
    }
  }

  record LoadPart(int destination, MemoryOperand source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = source.read(cpu, bits);
      xmm[destination + 1] = 0;
    }
  }

  /** The upper 96 bits stay. */
  record CopySingle(int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      long[] xmm = cpu.fpu.xmm;
      xmm[destination] = xmm[destination] & ~0xffff_ffffL | xmm[source] & 0xffff_ffffL;
    }
  }

  record StoreSingle(MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      destination.write32(cpu, (int) cpu.fpu.xmm[source]);
    }
  }
}
