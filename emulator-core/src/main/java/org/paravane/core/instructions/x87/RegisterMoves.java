package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.X87Unit;
import org.paravane.core.decode.Opcode;

/** FLD, FST and FSTP between registers, FXCH and FCMOVcc (SDM Vol. 1 8.3.3). */
final class RegisterMoves {
  private RegisterMoves() {}

  static void addTo(X87Rows rows) {
    rows.addRegisters("D9 C0", "FLD", "STi", Load::new);
    rows.addRegisters("DD D0", "FST", "STi", (o, i) -> new Store(o, i, false));
    rows.addRegisters("DD D8", "FSTP", "STi", (o, i) -> new Store(o, i, true));
    rows.addRegisters("D9 D8", "FSTPNCE", "STi", StoreUnchecked::new);
    rows.addRegisters("DF D0", "FSTP8", "STi", (o, i) -> new Store(o, i, true));
    rows.addRegisters("DF D8", "FSTP9", "STi", (o, i) -> new Store(o, i, true));
    rows.addRegisters("D9 C8", "FXCH", "STi", Exchange::new);
    rows.addRegisters("DD C8", "FXCH4", "STi", Exchange::new);
    rows.addRegisters("DF C8", "FXCH7", "STi", Exchange::new);
    String[] conditions = {"B", "E", "BE", "U"};
    // The condition codes of Jcc for below, equal, below or equal, and parity, which says
    // unordered.
    int[] codes = {2, 4, 6, 10};
    for (int i = 0; i < 4; i++) {
      int code = codes[i];
      String modrm = "%02X".formatted(0xc0 + 8 * i);
      conditional(rows, "DA " + modrm, "FCMOV" + conditions[i], code);
      conditional(rows, "DB " + modrm, "FCMOVN" + conditions[i], code + 1);
    }
  }

  private static void conditional(X87Rows rows, String first, String mnemonic, int condition) {
    rows.addRegisters(
        first,
        mnemonic,
        "ST0,STi",
        (o, i) -> new ConditionalMove(o, condition, i),
        Opcode.Trait.READS_FLAGS);
  }

  record Load(Origin origin, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(source)) {
        if (unit.underflow()) {
          unit.push();
          unit.setIndefinite(0);
        }
      } else if (unit.full()) {
        Loads.overflow(unit);
      } else {
        int signExponent = unit.signExponent(source);
        long significand = unit.significand(source);
        unit.clearC1();
        unit.push();
        unit.set(0, signExponent, significand);
      }
    }
  }

  record Store(Origin origin, int destination, boolean pop) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0)) {
        if (!unit.underflow()) {
          return;
        }
        unit.setIndefinite(destination);
      } else {
        unit.clearC1();
        unit.set(destination, unit.signExponent(0), unit.significand(0));
      }
      if (pop) {
        unit.pop();
      }
    }
  }

  /** FSTP as processors have it in another encoding too: if ST(0) is empty it only pops. */
  record StoreUnchecked(Origin origin, int destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      unit.clearC1();
      if (!unit.empty(0)) {
        unit.set(destination, unit.signExponent(0), unit.significand(0));
      }
      unit.pop();
    }
  }

  record Exchange(Origin origin, int other) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0) || unit.empty(other)) {
        if (!unit.underflow()) {
          return;
        }
        if (unit.empty(0)) {
          unit.setIndefinite(0);
        }
        if (unit.empty(other)) {
          unit.setIndefinite(other);
        }
      } else {
        unit.clearC1();
      }
      int signExponent = unit.signExponent(0);
      long significand = unit.significand(0);
      unit.set(0, unit.signExponent(other), unit.significand(other));
      unit.set(other, signExponent, significand);
    }
  }

  record ConditionalMove(Origin origin, int condition, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0) || unit.empty(source)) {
        if (unit.underflow()) {
          unit.setIndefinite(0);
        }
      } else if (cpu.condition(condition)) {
        unit.set(0, unit.signExponent(source), unit.significand(source));
      }
    }
  }
}
