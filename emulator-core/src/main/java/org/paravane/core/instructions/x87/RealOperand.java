package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;

/** The format of an arithmetic instruction's memory operand. */
enum RealOperand {
  /** m32fp. */
  SINGLE,
  /** m64fp. */
  DOUBLE,
  /** m16int. */
  INTEGER16,
  /** m32int. */
  INTEGER32;

  /** Reads the operand's bits. */
  long read(Cpu cpu, MemoryOperand source) {
    return switch (this) {
      case SINGLE, INTEGER32 -> source.read32(cpu);
      case DOUBLE -> source.read64(cpu);
      case INTEGER16 -> (short) source.read16(cpu);
    };
  }

  /** Makes the bits an extended number in the result of the unit's arithmetic. */
  void widen(X87Unit unit, long bits) {
    switch (this) {
      case SINGLE -> unit.conversion.widenFloat((int) bits);
      case DOUBLE -> unit.conversion.widenDouble(bits);
      case INTEGER16, INTEGER32 -> unit.conversion.loadInteger(bits);
    }
  }
}
