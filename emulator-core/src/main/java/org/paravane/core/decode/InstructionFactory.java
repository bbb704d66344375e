package org.paravane.core.decode;

import org.paravane.core.cpu.Instruction;

/** Makes the executable form of an instruction whose bytes are decoded. */
@FunctionalInterface
public interface InstructionFactory {
  /** Makes the instruction, or gives null if this encoding of it is undefined (#UD). */
  Instruction create(Decoded decoded);
}
