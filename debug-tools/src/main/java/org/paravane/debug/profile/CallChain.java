package org.paravane.debug.profile;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.cpu.Segments;
import org.paravane.debug.symbols.Symbols;

/**
 * Finds who called a kernel's function, by frame pointers (System V ABI, x86-64 and i386: RBP leads to the caller's RBP, and
 * behind it lies the return address). A kernel that was compiled without them has anything in RBP, so a frame counts only
 * while it lies above the one before, near the stack pointer, and returns behind a CALL into the kernel.
 */
final class CallChain {
  private static final int MAX_STACK_BYTES = 32 << 10;
  private static final int CALL_RELATIVE = 0xe8;
  private static final int CALL_INDIRECT = 0xff;
  private static final int CALL_RELATIVE_BYTES = 5;
  private static final int MOST_INDIRECT_BYTES = 7;

  private final Symbols symbols;

  CallChain(Symbols symbols) {
    this.symbols = symbols;
  }

  /**
   * Fills {@code callers} with symbol numbers ({@link Symbols#indexAt}), the direct caller first.
   *
   * @return how many there are
   */
  int walk(Cpu cpu, int[] callers) {
    int width = CpuMode.is64(cpu.mode) ? Long.BYTES : Integer.BYTES;
    long top = stack(cpu, Cpu.RSP, width);
    long frame = stack(cpu, Cpu.RBP, width);
    long above = top;
    int count = 0;
    while (count < callers.length
        && frame % width == 0
        && frame - above >= 0
        && frame - top < MAX_STACK_BYTES) {
      long returnAddress = read(cpu, frame + width, width);
      int caller = symbols.indexAt(returnAddress - 1);
      if (caller < 0 || !symbols.symbol(caller).code() || !followsCall(cpu, returnAddress)) {
        break;
      }
      callers[count++] = caller;
      above = frame + 2L * width;
      frame = read(cpu, frame, width);
    }
    return count;
  }

  private static long stack(Cpu cpu, int register, int width) {
    long value = cpu.gpr[register];
    return width == Long.BYTES
        ? value
        : (value & 0xffff_ffffL) + cpu.segments.base[Segments.SS] & 0xffff_ffffL;
  }

  private static boolean followsCall(Cpu cpu, long address) {
    if (read(cpu, address - CALL_RELATIVE_BYTES, 1) == CALL_RELATIVE) {
      return true;
    }
    for (int bytes = 2; bytes <= MOST_INDIRECT_BYTES; bytes++) {
      if (read(cpu, address - bytes, 1) == CALL_INDIRECT
          && (read(cpu, address - bytes + 1, 1) >> 3 & 7) == 2) {
        return true;
      }
    }
    return false;
  }

  /** Reads 1, 4 or 8 bytes of RAM, aligned, zero-extended; 0 where there is none. Sets no accessed bit and fills no TLB. */
  private static long read(Cpu cpu, long linear, int sizeBytes) {
    long physical = linear << 16 >> 16 == linear ? cpu.memory.probe(linear) : -1;
    if (physical < 0 || cpu.physical.ramOffset(physical) < 0) {
      return 0;
    }
    return switch (sizeBytes) {
      case 1 -> cpu.physical.get8(physical) & 0xff;
      case Integer.BYTES -> cpu.physical.get32(physical) & 0xffff_ffffL;
      default -> cpu.physical.get64(physical);
    };
  }
}
