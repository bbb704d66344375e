package org.paravane.core.instructions.integer;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.decode.OpcodeMap;

/**
 * What changes nothing that a guest can see here: multi-byte NOPs, prefetches, fences and cache-line flushes (SDM Vol. 1
 * 7.3.13, 10.4.6). Memory is always coherent and ordered.
 */
public final class NoOperations {
  private static final String[] PREFETCHES = {
    "PREFETCHNTA", "PREFETCHT0", "PREFETCHT1", "PREFETCHT2"
  };

  private NoOperations() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    for (int opcode = 0x18; opcode <= 0x1f; opcode++) {
      map.add("0F %02X /r".formatted(opcode), "NOP", "Ev", d -> new Nothing());
    }
    for (int hint = 0; hint < PREFETCHES.length; hint++) {
      map.add("SSE", "0F 18 /" + hint, PREFETCHES[hint], "Mb", d -> new Nothing());
    }
    map.add("F3 0F 1E FA", "ENDBR64", "", d -> new Nothing());
    map.add("F3 0F 1E FB", "ENDBR32", "", d -> new Nothing());
    map.add("0F 0D /r", "NOP", "Ev", d -> new Nothing());
    map.add("PREFETCHW", "0F 0D /r", "PREFETCH", "Mb", d -> new Nothing());
    map.add("PREFETCHW", "0F 0D /1", "PREFETCHW", "Mb", d -> new Nothing());
    map.add("SSE2", "NP 0F AE /5", "LFENCE", "Nq", d -> new Nothing());
    map.add("SSE2", "NP 0F AE /6", "MFENCE", "Nq", d -> new Nothing());
    map.add("SSE", "NP 0F AE /7", "SFENCE", "Nq", d -> new Nothing());
    map.add("CLFSH", "NP 0F AE /7", "CLFLUSH", "Mb", d -> new Touch(d.memory()));
  }

  record Nothing() implements Instruction {
    @Override
    public void execute(Cpu cpu) {}
  }

  /** Faults as a load of a byte would. */
  record Touch(org.paravane.core.cpu.MemoryOperand operand) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      operand.read8(cpu);
    }
  }
}
