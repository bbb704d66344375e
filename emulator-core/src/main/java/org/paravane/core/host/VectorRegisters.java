package org.paravane.core.host;

/**
 * Guest XMM registers in the host's of the same number: from their first use in a block on until the block is left, on
 * whatever way.
 */
final class VectorRegisters {
  private static final int BYTES = 16;
  private static final int MOVUPS_LOAD = 0x0f10;
  private static final int MOVUPS_STORE = 0x0f11;

  private final Assembler code;

  /** A bit for each register that the host has. */
  private int present;

  /** A bit for each register whose value the host alone has. */
  private int changed;

  VectorRegisters(Assembler code) {
    this.code = code;
  }

  /** Begins another block: the host has none. */
  void begin() {
    present = 0;
    changed = 0;
  }

  /** Has the host have a register. RDX is lost. */
  void load(int register) {
    if ((present >> register & 1) == 0) {
      loadBase();
      code.memory(32, MOVUPS_LOAD, register, Assembler.RDX, BYTES * register);
      present |= 1 << register;
    }
  }

  /** The host's register was given a new value. */
  void written(int register) {
    present |= 1 << register;
    changed |= 1 << register;
  }

  /** A bit for each register whose value the host alone has. */
  int changed() {
    return changed;
  }

  /** Gives the guest the registers of a set. RDX is lost if there are any. */
  void store(int registers) {
    if (registers == 0) {
      return;
    }
    loadBase();
    for (int i = 0; i < 16; i++) {
      if ((registers >> i & 1) != 0) {
        code.memory(32, MOVUPS_STORE, i, Assembler.RDX, BYTES * i);
      }
    }
  }

  /** It may lie at any multiple of 8: only instructions for unaligned operands suit. */
  private void loadBase() {
    code.load(Assembler.RDX, HostState.STATE, HostState.at(HostState.XMM));
  }
}
