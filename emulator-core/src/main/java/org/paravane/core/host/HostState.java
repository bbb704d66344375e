package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;

/**
 * Where translated code keeps what it works on: some guest registers in host registers, the rest in an array of longs that RBP
 * points into. RAX, RCX and RDX are free for every instruction to use; R14 points to the TLB's table and R15 to guest RAM.
 */
final class HostState {
  /** Slots 0 to 17 are those of {@link Cpu#gpr}. This is how many instructions are left until the deadline. */
  static final int BUDGET = 18;

  /** Status flags: OF in bit 0, then from bit 8 on SF, ZF, AF, PF and CF as LAHF has them. */
  static final int FLAGS = 19;

  /** Base of a segment, ES to GS. */
  static final int SEGMENT_BASE = 20;

  /** Epochs for which blocks are verified: see {@link org.paravane.core.cpu.LinearMemory#localEpoch}. */
  static final int LOCAL_EPOCH = 26;

  static final int GLOBAL_EPOCH = 27;

  /** Address of the table of blocks by linear address for the privilege. */
  static final int TABLE = 28;

  /** Address of the XMM registers. */
  static final int XMM = 29;

  /** Not zero if SSE instructions may execute and all their exceptions are masked. */
  static final int SSE_USABLE = 30;

  /** The guest's MXCSR, or what stands for it. */
  static final int MXCSR = 31;

  /** The host's MXCSR. */
  static final int HOST_MXCSR = 32;

  /** Address of guest RAM. */
  static final int RAM = 33;

  /** Free for an instruction to use. */
  static final int SCRATCH = 34;

  /** RFLAGS without the status flags: see {@link Cpu#systemFlags}. */
  static final int SYSTEM_FLAGS = 35;

  static final int CPL = 36;

  static final int SLOTS = 37;

  /** RBP points behind the start, so that one byte is enough for the distance to the first 32 slots. */
  static final int BIAS = 128;

  static final int STATE = Assembler.RBP;
  static final int TLB = 14;
  static final int GUEST_RAM = 15;

  /** The host register of each guest register, or -1 if it is in memory. */
  private static final int[] HOST = {
    Assembler.RBX, Assembler.RSI, Assembler.RDI, 8, 9, 10, 11, 12, 13, -1, -1, -1, -1, -1, -1, -1
  };

  private HostState() {}

  /** The host register that holds a guest register, or -1 if none does. */
  static int host(int guest) {
    return HOST[guest];
  }

  /** Distance of a slot from RBP. */
  static int at(int slot) {
    return 8 * slot - BIAS;
  }
}
