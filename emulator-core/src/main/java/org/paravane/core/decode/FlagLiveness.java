package org.paravane.core.decode;

import org.paravane.core.decode.Opcode.Trait;

/** Whose status flags are seen by somebody: by a later instruction, in the frame of a fault, or behind the block. */
public final class FlagLiveness {
  private FlagLiveness() {}

  /**
   * Finds out for a run of instructions that is entered at its start only.
   *
   * @param rows the instructions' rows; null for one that can't be decoded
   * @param hasMemory which of them have a memory operand, and so may fault
   * @param count how many there are
   * @param live set for each whose flags are seen behind it, and cleared for the others
   */
  public static void find(Opcode[] rows, boolean[] hasMemory, int count, boolean[] live) {
    boolean seen = true;
    for (int i = count - 1; i >= 0; i--) {
      live[i] = seen;
      Opcode row = rows[i];
      seen =
          row == null
              || hasMemory[i]
              || row.has(Trait.READS_FLAGS)
              || row.has(Trait.MAY_FAULT)
              || seen && !row.has(Trait.WRITES_FLAGS);
    }
  }
}
