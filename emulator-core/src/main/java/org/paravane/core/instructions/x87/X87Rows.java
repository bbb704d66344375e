package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Instruction;
import org.paravane.core.decode.InstructionFactory;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OpcodeMap;

/** Adds rows to the opcode maps, those of stack registers one a ModR/M byte. */
final class X87Rows {
  /** Makes an instruction whose operand is ST(i). */
  @FunctionalInterface
  interface RegisterFactory {
    Instruction create(Origin origin, int i);
  }

  private final OpcodeMap map;

  X87Rows(OpcodeMap map) {
    this.map = map;
  }

  /** Adds a row; any x87 instruction may fault, for CR0.TS. */
  void add(String encoding, String mnemonic, String operands, InstructionFactory factory) {
    map.add(encoding, mnemonic, operands, factory, Opcode.Trait.MAY_FAULT);
  }

  /** Adds a row of an instruction that came with SSE3. */
  void addSse3(String encoding, String mnemonic, String operands, InstructionFactory factory) {
    map.add("SSE3", encoding, mnemonic, operands, factory, Opcode.Trait.MAY_FAULT);
  }

  /**
   * Adds eight rows, for ST(0) to ST(7).
   *
   * @param first the encoding for ST(0), such as "D8 C0"
   * @param operands with "STi" where the register goes
   */
  void addRegisters(
      String first,
      String mnemonic,
      String operands,
      RegisterFactory factory,
      Opcode.Trait... otherTraits) {
    Opcode.Trait[] traits = java.util.Arrays.copyOf(otherTraits, otherTraits.length + 1);
    traits[otherTraits.length] = Opcode.Trait.MAY_FAULT;
    String opcode = first.substring(0, 3);
    int modrm = Integer.parseInt(first.substring(3), 16);
    for (int i = 0; i < 8; i++) {
      int register = i;
      map.add(
          opcode + "%02X".formatted(modrm + i),
          mnemonic,
          operands.replace("STi", "ST" + i),
          d -> factory.create(Origin.of(d), register),
          traits);
    }
  }
}
