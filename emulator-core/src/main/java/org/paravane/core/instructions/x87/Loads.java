package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;
import org.paravane.core.fpu.ExtendedConstant;

/** FLD, FILD and FBLD from memory, and the constants (SDM Vol. 1 8.3.2, 8.3.3, 8.3.4). */
final class Loads {
  private Loads() {}

  static void addTo(X87Rows rows) {
    rows.add("D9 /0", "FLD", "Md", d -> new Load(Origin.of(d), OperandFormat.SINGLE, d.memory()));
    rows.add("DD /0", "FLD", "Mq", d -> new Load(Origin.of(d), OperandFormat.DOUBLE, d.memory()));
    rows.add("DB /5", "FLD", "Mt", d -> new LoadExtended(Origin.of(d), d.memory()));
    rows.add(
        "DF /0", "FILD", "Mw", d -> new Load(Origin.of(d), OperandFormat.INTEGER16, d.memory()));
    rows.add(
        "DB /0", "FILD", "Md", d -> new Load(Origin.of(d), OperandFormat.INTEGER32, d.memory()));
    rows.add(
        "DF /5", "FILD", "Mq", d -> new Load(Origin.of(d), OperandFormat.INTEGER64, d.memory()));
    rows.add("DF /4", "FBLD", "Mt", d -> new LoadDecimal(Origin.of(d), d.memory()));
    constant(rows, "D9 E8", "FLD1", ExtendedConstant.ONE);
    constant(rows, "D9 E9", "FLDL2T", ExtendedConstant.LOG2_10);
    constant(rows, "D9 EA", "FLDL2E", ExtendedConstant.LOG2_E);
    constant(rows, "D9 EB", "FLDPI", ExtendedConstant.PI);
    constant(rows, "D9 EC", "FLDLG2", ExtendedConstant.LOG10_2);
    constant(rows, "D9 ED", "FLDLN2", ExtendedConstant.LN_2);
    constant(rows, "D9 EE", "FLDZ", ExtendedConstant.ZERO);
  }

  private static void constant(
      X87Rows rows, String encoding, String mnemonic, ExtendedConstant constant) {
    rows.add(encoding, mnemonic, "", d -> new LoadConstant(Origin.of(d), constant));
  }

  /** Answers a push onto a register in use. */
  static void overflow(X87Unit unit) {
    if (unit.overflow()) {
      unit.push();
      unit.setIndefinite(0);
    }
  }

  record Load(Origin origin, OperandFormat format, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      long bits = format.read(cpu, source);
      X87Unit unit = origin.enter(cpu, source);
      if (unit.full()) {
        overflow(unit);
        return;
      }
      format.load(unit, bits);
      unit.commit();
      if (!unit.arithmetic.loadSuppressed()) {
        unit.push();
        unit.setResult(0);
      }
    }
  }

  /** A load in the register format changes nothing and raises nothing. */
  record LoadExtended(Origin origin, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      long linear = source.forRead(cpu, 10);
      long significand = cpu.memory.read64(linear, source.segment());
      int signExponent = cpu.memory.read16(linear + 8, source.segment());
      X87Unit unit = origin.enter(cpu, source);
      if (unit.full()) {
        overflow(unit);
        return;
      }
      unit.clearC1();
      unit.push();
      unit.set(0, signExponent, significand);
    }
  }

  record LoadDecimal(Origin origin, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      long linear = source.forRead(cpu, 10);
      long lower = cpu.memory.read64(linear, source.segment());
      int upper = cpu.memory.read16(linear + 8, source.segment());
      X87Unit unit = origin.enter(cpu, source);
      if (unit.full()) {
        overflow(unit);
        return;
      }
      unit.conversion.loadDecimal(upper, lower);
      unit.commit();
      unit.push();
      unit.setResult(0);
    }
  }

  record LoadConstant(Origin origin, ExtendedConstant constant) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.full()) {
        overflow(unit);
        return;
      }
      unit.conversion.loadConstant(constant);
      unit.commit();
      unit.push();
      unit.setResult(0);
    }
  }
}
