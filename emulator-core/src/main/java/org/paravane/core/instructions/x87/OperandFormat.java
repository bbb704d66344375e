package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;

/** The format of a memory operand that is read, but for those of 80 bits. */
enum OperandFormat {
  /** m32fp. */
  SINGLE,
  /** m64fp. */
  DOUBLE,
  /** m16int. */
  INTEGER16,
  /** m32int. */
  INTEGER32,
  /** m64int. */
  INTEGER64;

  /** Reads the operand's bits. */
  long read(Cpu cpu, MemoryOperand source) {
    return switch (this) {
      case SINGLE, INTEGER32 -> source.read32(cpu);
      case DOUBLE, INTEGER64 -> source.read64(cpu);
      case INTEGER16 -> (short) source.read16(cpu);
    };
  }

  /** Makes the bits an extended number in the result of the unit's arithmetic, for an operation that follows. */
  void widen(X87Unit unit, long bits) {
    switch (this) {
      case SINGLE -> unit.conversion.widenFloat((int) bits);
      case DOUBLE -> unit.conversion.widenDouble(bits);
      case INTEGER16, INTEGER32, INTEGER64 -> unit.conversion.loadInteger(bits);
    }
  }

  /** Loads the bits as FLD and FILD do. */
  void load(X87Unit unit, long bits) {
    switch (this) {
      case SINGLE -> unit.conversion.loadFloat((int) bits);
      case DOUBLE -> unit.conversion.loadDouble(bits);
      case INTEGER16, INTEGER32, INTEGER64 -> unit.conversion.loadInteger(bits);
    }
  }
}
