package org.paravane.debug.inspection;

import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.Segments;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.debug.disassembly.Disassembler;
import org.paravane.debug.disassembly.Line;

/** What a processor that stands still would execute next. */
public final class NextInstructions {
  private static final int COUNT = 5;

  private NextInstructions() {}

  /** Up to five lines from its RIP on; empty if nothing is mapped there. Addresses are linear. */
  public static List<String> of(Cpu cpu) {
    long linear = cpu.segmentBase[Segments.CS] + cpu.rip();
    return new Disassembler(InstructionSet.map(), codeSize(cpu))
        .list(new LinearView(cpu), linear, COUNT).stream().map(Line::toString).toList();
  }

  private static int codeSize(Cpu cpu) {
    if (cpu.control.longModeActive() && cpu.segments.longCode()) {
      return CpuMode.CODE64;
    }
    return cpu.segments.code32() ? CpuMode.CODE32 : CpuMode.CODE16;
  }
}
