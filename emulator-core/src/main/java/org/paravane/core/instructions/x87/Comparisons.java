package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;
import org.paravane.core.fpu.ExtendedComparison;

/** FCOM, FUCOM, FICOM, FCOMI, FUCOMI with their pop forms, FTST and FXAM (SDM Vol. 1 8.3.6). */
final class Comparisons {
  /** From ZF, PF and CF to C3, C2 and C0. */
  private static final int TO_CONDITION_CODES = 8;

  private Comparisons() {}

  static void addTo(X87Rows rows) {
    rows.addRegisters("D8 D0", "FCOM", "ST0,STi", (o, i) -> new Registers(o, i, true, 0));
    rows.addRegisters("D8 D8", "FCOMP", "ST0,STi", (o, i) -> new Registers(o, i, true, 1));
    rows.addRegisters("DC D0", "FCOM2", "ST0,STi", (o, i) -> new Registers(o, i, true, 0));
    rows.addRegisters("DC D8", "FCOMP3", "ST0,STi", (o, i) -> new Registers(o, i, true, 1));
    rows.addRegisters("DE D0", "FCOMP5", "ST0,STi", (o, i) -> new Registers(o, i, true, 1));
    rows.add("DE D9", "FCOMPP", "", d -> new Registers(Origin.of(d), 1, true, 2));
    rows.addRegisters("DD E0", "FUCOM", "ST0,STi", (o, i) -> new Registers(o, i, false, 0));
    rows.addRegisters("DD E8", "FUCOMP", "ST0,STi", (o, i) -> new Registers(o, i, false, 1));
    rows.add("DA E9", "FUCOMPP", "", d -> new Registers(Origin.of(d), 1, false, 2));
    rows.addRegisters("DB E8", "FUCOMI", "ST0,STi", (o, i) -> new ToFlags(o, i, false, false));
    rows.addRegisters("DB F0", "FCOMI", "ST0,STi", (o, i) -> new ToFlags(o, i, true, false));
    rows.addRegisters("DF E8", "FUCOMIP", "ST0,STi", (o, i) -> new ToFlags(o, i, false, true));
    rows.addRegisters("DF F0", "FCOMIP", "ST0,STi", (o, i) -> new ToFlags(o, i, true, true));
    memory(rows, "D8", "FCOM", "Md", OperandFormat.SINGLE);
    memory(rows, "DA", "FICOM", "Md", OperandFormat.INTEGER32);
    memory(rows, "DC", "FCOM", "Mq", OperandFormat.DOUBLE);
    memory(rows, "DE", "FICOM", "Mw", OperandFormat.INTEGER16);
    rows.add("D9 E4", "FTST", "", d -> new Test(Origin.of(d)));
    rows.add("D9 E5", "FXAM", "", d -> new Examine(Origin.of(d)));
  }

  private static void memory(
      X87Rows rows, String opcode, String mnemonic, String operand, OperandFormat format) {
    rows.add(
        opcode + " /2",
        mnemonic,
        operand,
        d -> new Memory(Origin.of(d), format, d.memory(), false));
    rows.add(
        opcode + " /3",
        mnemonic + "P",
        operand,
        d -> new Memory(Origin.of(d), format, d.memory(), true));
  }

  /** Compares ST(0) with a number and gives ZF, PF and CF. */
  private static int compare(X87Unit unit, boolean ordered, int signExponent, long significand) {
    int codes =
        ordered
            ? unit.comparison.ordered(
                unit.signExponent(0), unit.significand(0), signExponent, significand)
            : unit.comparison.unordered(
                unit.signExponent(0), unit.significand(0), signExponent, significand);
    unit.commitExceptions();
    return codes;
  }

  private static void conditionCodes(X87Unit unit, int codes) {
    unit.conditionCodes(codes << TO_CONDITION_CODES);
  }

  record Registers(Origin origin, int source, boolean ordered, int pops) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      boolean done;
      if (unit.empty(0) || unit.empty(source)) {
        done = unit.underflow();
        conditionCodes(unit, ExtendedComparison.UNORDERED);
      } else {
        conditionCodes(
            unit, compare(unit, ordered, unit.signExponent(source), unit.significand(source)));
        done = !unit.arithmetic.resultSuppressed();
      }
      for (int i = 0; done && i < pops; i++) {
        unit.pop();
      }
    }
  }

  record Memory(Origin origin, OperandFormat format, MemoryOperand source, boolean pop)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      long bits = format.read(cpu, source);
      X87Unit unit = origin.enter(cpu, source);
      boolean done;
      if (unit.empty(0)) {
        done = unit.underflow();
        conditionCodes(unit, ExtendedComparison.UNORDERED);
      } else {
        format.widen(unit, bits);
        int codes =
            compare(
                unit, true, unit.arithmetic.resultSignExponent, unit.arithmetic.resultSignificand);
        conditionCodes(unit, codes);
        done = !unit.arithmetic.resultSuppressed();
      }
      if (done && pop) {
        unit.pop();
      }
    }
  }

  /** Sets the flags even where an unmasked exception keeps it from popping, and leaves C1. */
  record ToFlags(Origin origin, int source, boolean ordered, boolean pop) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      int codes = ExtendedComparison.UNORDERED;
      boolean done;
      if (unit.empty(0) || unit.empty(source)) {
        done = unit.underflow();
      } else {
        codes = compare(unit, ordered, unit.signExponent(source), unit.significand(source));
        done = !unit.arithmetic.resultSuppressed();
      }
      // The bits are those of RFLAGS.
      cpu.statusFlags(codes);
      if (done && pop) {
        unit.pop();
      }
    }
  }

  record Test(Origin origin) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0)) {
        unit.underflow();
        conditionCodes(unit, ExtendedComparison.UNORDERED);
      } else {
        int codes = unit.comparison.withZero(unit.signExponent(0), unit.significand(0));
        unit.commitExceptions();
        conditionCodes(unit, codes);
      }
    }
  }

  record Examine(Origin origin) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      unit.conditionCodes(
          unit.empty(0)
              ? ExtendedComparison.examineEmpty(unit.signExponent(0))
              : ExtendedComparison.examine(unit.signExponent(0), unit.significand(0)));
    }
  }
}
