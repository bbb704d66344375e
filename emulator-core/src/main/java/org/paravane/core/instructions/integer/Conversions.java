package org.paravane.core.instructions.integer;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.decode.OpcodeMap;

/** CBW, CWDE, CDQE, CWD, CDQ and CQO: sign extension of the accumulator (SDM Vol. 1 7.3.1.4). */
public final class Conversions {
  private Conversions() {}

  /** Adds the family's rows; the mnemonics are those of 32-bit operands. */
  public static void addTo(OpcodeMap map) {
    map.add("98", "CWDE", "", d -> new IntoItself(d.operandSize()));
    map.add("99", "CDQ", "", d -> new IntoData(d.operandSize()));
  }

  record IntoItself(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      int unused = 64 - bits / 2;
      cpu.set(Cpu.RAX, bits, cpu.gpr[Cpu.RAX] << unused >> unused);
    }
  }

  record IntoData(int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(Cpu.RDX, bits, cpu.gpr[Cpu.RAX] << 64 - bits >> 63);
    }
  }
}
