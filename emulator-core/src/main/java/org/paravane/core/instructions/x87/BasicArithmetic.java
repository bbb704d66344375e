package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;

/** FADD, FMUL, FSUB, FSUBR, FDIV, FDIVR with their pop and integer forms (SDM Vol. 1 8.3.5). */
final class BasicArithmetic {
  private static final String[] NAMES = {"ADD", "MUL", "", "", "SUB", "SUBR", "DIV", "DIVR"};

  private static final int ADD = 0;
  private static final int MUL = 1;
  private static final int SUB = 4;
  private static final int SUBR = 5;
  private static final int DIV = 6;

  private BasicArithmetic() {}

  static void addTo(X87Rows rows) {
    for (int op : new int[] {0, 1, 4, 5, 6, 7}) {
      String name = NAMES[op];
      String modrm = "%02X".formatted(0xc0 + 8 * op);
      // With ST(i) as destination the encodings of a subtraction or division and its reverse change
      // places.
      int reversed = op >= SUB ? op ^ 1 : op;
      String reversedName = NAMES[reversed];
      rows.addRegisters(
          "D8 " + modrm, "F" + name, "ST0,STi", (o, i) -> new Registers(o, op, 0, i, false));
      rows.addRegisters(
          "DC " + modrm,
          "F" + reversedName,
          "STi,ST0",
          (o, i) -> new Registers(o, reversed, i, 0, false));
      rows.addRegisters(
          "DE " + modrm,
          "F" + reversedName + "P",
          "STi,ST0",
          (o, i) -> new Registers(o, reversed, i, 0, true));
      memory(rows, "D8 /" + op, "F" + name, "Md", op, OperandFormat.SINGLE);
      memory(rows, "DA /" + op, "FI" + name, "Md", op, OperandFormat.INTEGER32);
      memory(rows, "DC /" + op, "F" + name, "Mq", op, OperandFormat.DOUBLE);
      memory(rows, "DE /" + op, "FI" + name, "Mw", op, OperandFormat.INTEGER16);
    }
  }

  private static void memory(
      X87Rows rows,
      String encoding,
      String mnemonic,
      String operand,
      int op,
      OperandFormat format) {
    rows.add(encoding, mnemonic, operand, d -> new Memory(Origin.of(d), op, format, d.memory()));
  }

  /** Computes {@code a op b}. */
  private static void compute(
      X87Unit unit, int operation, int aSignExponent, long a, int bSignExponent, long b) {
    switch (operation) {
      case ADD -> unit.arithmetic.add(aSignExponent, a, bSignExponent, b);
      case MUL -> unit.arithmetic.multiply(aSignExponent, a, bSignExponent, b);
      case SUB -> unit.arithmetic.subtract(aSignExponent, a, bSignExponent, b);
      case SUBR -> unit.arithmetic.subtract(bSignExponent, b, aSignExponent, a);
      case DIV -> unit.arithmetic.divide(aSignExponent, a, bSignExponent, b);
      default -> unit.arithmetic.divide(bSignExponent, b, aSignExponent, a);
    }
  }

  record Registers(Origin origin, int operation, int destination, int source, boolean pop)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(destination) || unit.empty(source)) {
        if (!unit.underflow()) {
          return;
        }
        unit.setIndefinite(destination);
      } else {
        compute(
            unit,
            operation,
            unit.signExponent(destination),
            unit.significand(destination),
            unit.signExponent(source),
            unit.significand(source));
        unit.commit();
        if (unit.arithmetic.resultSuppressed()) {
          return;
        }
        unit.setResult(destination);
      }
      if (pop) {
        unit.pop();
      }
    }
  }

  record Memory(Origin origin, int operation, OperandFormat format, MemoryOperand source)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      long bits = format.read(cpu, source);
      X87Unit unit = origin.enter(cpu, source);
      if (unit.empty(0)) {
        if (unit.underflow()) {
          unit.setIndefinite(0);
        }
        return;
      }
      format.widen(unit, bits);
      int signExponent = unit.arithmetic.resultSignExponent;
      long significand = unit.arithmetic.resultSignificand;
      compute(
          unit, operation, unit.signExponent(0), unit.significand(0), signExponent, significand);
      unit.commit();
      if (!unit.arithmetic.resultSuppressed()) {
        unit.setResult(0);
      }
    }
  }
}
