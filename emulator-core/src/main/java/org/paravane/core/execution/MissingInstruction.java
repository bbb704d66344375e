package org.paravane.core.execution;

import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MachineStop;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.decode.MissingOpcode;
import org.paravane.core.machine.ExitReason;

/**
 * An instruction that processors define and this one does not have. It ends the run, or raises #UD as on a processor without
 * the feature: {@link Cpu#missingRaisesUd}.
 *
 * @param offset of its first byte from the start of the block
 * @param bytes in hexadecimal digits, for people
 */
record MissingInstruction(MissingOpcode opcode, int offset, String bytes) implements Instruction {
  @Override
  public void execute(Cpu cpu) {
    if (cpu.missingRaisesUd || opcode.prefixed() && !protectedMode(cpu)) {
      throw cpu.fault(GuestFault.UD);
    }
    throw new MachineStop(
        new ExitReason.Unsupported(
            "%s at RIP %#x, bytes %s, of the CPUID feature %s"
                .formatted(opcode.mnemonic(), cpu.rip() + offset, bytes, opcode.feature())));
  }

  /** VEX, EVEX and XOP prefixes do not exist in real-address and virtual-8086 mode (SDM Vol. 2A 2.3.1). */
  private static boolean protectedMode(Cpu cpu) {
    return (cpu.control.cr0() & ControlRegisters.CR0_PE) != 0 && (cpu.systemFlags & Rflags.VM) == 0;
  }
}
