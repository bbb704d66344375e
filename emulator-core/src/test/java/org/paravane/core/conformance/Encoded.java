package org.paravane.core.conformance;

/** An encoding of a form, and what the state must look like for it to do something meaningful. */
final class Encoded {
  /** No base or no index. */
  static final int NONE = -1;

  final InstructionForm form;

  /** The instruction. */
  byte[] bytes;

  /** Where it lies. */
  long address;

  /** ModR/M.reg with REX.R. */
  int reg;

  /** ModR/M.rm with REX.B, of a register operand. */
  int rm;

  /** The register in the opcode, with REX.B. */
  int opcodeRegister;

  /** The memory operand's parts; {@link #NONE} for what there isn't. */
  int base = NONE;

  int index = NONE;
  int scale;
  long displacement;

  /** The memory operand's address if no register is in it, else 0. */
  long fixedAddress;

  boolean gs;
  boolean address32;

  /** The last immediate. */
  long immediate;

  /** Whether a REX prefix is there, so that SPL to DIL take the place of AH to BH. */
  boolean rex;

  /** Whether a REP or REPNE prefix is there. */
  boolean repeated;

  Encoded(InstructionForm form) {
    this.form = form;
  }

  /** Whether there is a memory operand in ModR/M or as an offset. */
  boolean hasMemory() {
    return form.operand() == InstructionForm.RmOperand.MEMORY || fixedAddress != 0;
  }

  /** Whether a general register is part of the address. */
  boolean addressUses(int register) {
    return register >= 0 && (base == register || index == register);
  }

  String mnemonic() {
    return form.row().mnemonic();
  }
}
