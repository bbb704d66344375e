package org.paravane.platform.lguest;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;

/** IN and OUT of a guest kernel that looks for hardware: there is none. */
final class PortInstructions {
  private static final int OPERAND_SIZE = 0x66;

  private PortInstructions() {}

  /** Skips an IN or OUT at RIP; IN gives all ones. False if it is another instruction or not the kernel's. */
  static boolean emulate(Cpu cpu) {
    if (cpu.cpl != LguestGuest.RING) {
      return false;
    }
    try {
      int length = 1;
      int opcode = fetch(cpu, 0);
      boolean narrow = opcode == OPERAND_SIZE;
      if (narrow) {
        opcode = fetch(cpu, length++);
      }
      boolean immediate = (opcode & 0xfc) == 0xe4;
      if (!immediate && (opcode & 0xfc) != 0xec) {
        return false;
      }
      if ((opcode & 2) == 0) {
        cpu.set(Cpu.RAX, (opcode & 1) == 0 ? 8 : narrow ? 16 : 32, 0xffff_ffffL);
      }
      cpu.rip(cpu.rip() + length + (immediate ? 1 : 0));
      return true;
    } catch (GuestFault fault) {
      return false;
    }
  }

  private static int fetch(Cpu cpu, int offset) {
    long linear = cpu.segmentBase[Segments.CS] + cpu.rip() + offset & 0xffff_ffffL;
    return cpu.memory.read8(linear, Segments.CS);
  }
}
