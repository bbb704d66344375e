package org.paravane.core.instructions;

import org.paravane.core.decode.OpcodeMap;
import org.paravane.core.instructions.integer.BinaryArithmetic;
import org.paravane.core.instructions.vector.VectorInstructions;

/** All instructions that the processor knows. */
public final class InstructionSet {
  private static final OpcodeMap MAP = build();

  private InstructionSet() {}

  /** The opcode maps; read only. */
  public static OpcodeMap map() {
    return MAP;
  }

  private static OpcodeMap build() {
    OpcodeMap map = new OpcodeMap();
    BinaryArithmetic.addTo(map);
    VectorInstructions.addTo(map);
    return map;
  }
}
