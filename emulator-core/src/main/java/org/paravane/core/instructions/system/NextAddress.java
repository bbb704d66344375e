package org.paravane.core.instructions.system;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoded;

/**
 * Where the instruction behind this one is.
 *
 * @param offset from the start of the block
 * @param mask what the program counter is cut to
 */
record NextAddress(int offset, long mask) {
  static NextAddress of(Decoded d) {
    return at(d, d.nextOffset());
  }

  /** The address of the instruction itself. */
  static NextAddress ofSelf(Decoded d) {
    return at(d, d.startOffset());
  }

  private static NextAddress at(Decoded d, int offset) {
    long mask =
        switch (d.mode() & CpuMode.CODE_SIZE) {
          case CpuMode.CODE64 -> -1L;
          case CpuMode.CODE32 -> 0xffff_ffffL;
          default -> 0xffff;
        };
    return new NextAddress(offset, mask);
  }

  long in(Cpu cpu) {
    return cpu.rip() + offset & mask;
  }
}
