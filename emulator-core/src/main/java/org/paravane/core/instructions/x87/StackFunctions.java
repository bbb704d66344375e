package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.X87Unit;
import org.paravane.core.fpu.ExtendedFormat;

/**
 * The functions of the top of the stack: FCHS, FABS, FSQRT, FRNDINT, FSCALE, FXTRACT, the partial remainders, and the
 * transcendental instructions (SDM Vol. 1 8.3.5, 8.3.7, 8.3.9).
 */
final class StackFunctions {
  /** A function of one register. */
  @FunctionalInterface
  interface Unary {
    void apply(X87Unit unit, int signExponent, long significand);
  }

  /** A function that sets C2 instead if its operand is out of range. */
  @FunctionalInterface
  interface Ranged {
    boolean apply(X87Unit unit, int signExponent, long significand);
  }

  /** A function of ST(0), the first operand, and ST(1). */
  @FunctionalInterface
  interface Binary {
    void apply(X87Unit unit, int aSignExponent, long a, int bSignExponent, long b);
  }

  /** A function of ST(0) and ST(1) that gives condition codes. */
  @FunctionalInterface
  interface Remainder {
    int apply(X87Unit unit, int aSignExponent, long a, int bSignExponent, long b);
  }

  private StackFunctions() {}

  static void addTo(X87Rows rows) {
    rows.add(
        "D9 E0", "FCHS", "", d -> new Sign(Origin.of(d), ExtendedFormat.SIGN, ExtendedFormat.SIGN));
    rows.add("D9 E1", "FABS", "", d -> new Sign(Origin.of(d), ExtendedFormat.SIGN, 0));
    unary(rows, "D9 F0", "F2XM1", (unit, e, s) -> unit.transcendentals.exp2m1(e, s));
    unary(rows, "D9 FA", "FSQRT", (unit, e, s) -> unit.arithmetic.squareRoot(e, s));
    unary(rows, "D9 FC", "FRNDINT", (unit, e, s) -> unit.scaling.roundToInteger(e, s));
    binary(rows, "D9 FD", "FSCALE", false, (unit, e, a, f, b) -> unit.scaling.scale(e, a, f, b));
    binary(
        rows,
        "D9 F1",
        "FYL2X",
        true,
        (unit, e, a, f, b) -> unit.transcendentals.yLog2x(e, a, f, b));
    binary(
        rows,
        "D9 F3",
        "FPATAN",
        true,
        (unit, e, a, f, b) -> unit.transcendentals.arctangent(e, a, f, b));
    binary(
        rows,
        "D9 F9",
        "FYL2XP1",
        true,
        (unit, e, a, f, b) -> unit.transcendentals.yLog2xPlus1(e, a, f, b));
    remainder(rows, "D9 F8", "FPREM", (unit, e, a, f, b) -> unit.remainder.truncating(e, a, f, b));
    remainder(rows, "D9 F5", "FPREM1", (unit, e, a, f, b) -> unit.remainder.nearest(e, a, f, b));
    rows.add(
        "D9 FE",
        "FSIN",
        "",
        d -> new Circular(Origin.of(d), (unit, e, s) -> unit.transcendentals.sine(e, s)));
    rows.add(
        "D9 FF",
        "FCOS",
        "",
        d -> new Circular(Origin.of(d), (unit, e, s) -> unit.transcendentals.cosine(e, s)));
    pushing(rows, "D9 F2", "FPTAN", true, (unit, e, s) -> unit.transcendentals.tangent(e, s));
    pushing(
        rows, "D9 FB", "FSINCOS", true, (unit, e, s) -> unit.transcendentals.sineAndCosine(e, s));
    pushing(rows, "D9 F4", "FXTRACT", false, StackFunctions::extract);
  }

  private static void unary(X87Rows rows, String encoding, String mnemonic, Unary function) {
    rows.add(encoding, mnemonic, "", d -> new OfOne(Origin.of(d), function));
  }

  private static void binary(
      X87Rows rows, String encoding, String mnemonic, boolean pop, Binary function) {
    rows.add(encoding, mnemonic, "", d -> new OfTwo(Origin.of(d), function, pop));
  }

  private static void remainder(
      X87Rows rows, String encoding, String mnemonic, Remainder function) {
    rows.add(encoding, mnemonic, "", d -> new PartialRemainder(Origin.of(d), function));
  }

  private static void pushing(
      X87Rows rows, String encoding, String mnemonic, boolean setsC2, Ranged function) {
    rows.add(encoding, mnemonic, "", d -> new Pushing(Origin.of(d), function, setsC2));
  }

  private static boolean extract(X87Unit unit, int signExponent, long significand) {
    unit.scaling.extract(signExponent, significand);
    return true;
  }

  private static void underflow(X87Unit unit) {
    if (unit.underflow()) {
      unit.setIndefinite(0);
    }
  }

  /** FCHS and FABS, which raise nothing but a stack fault. */
  record Sign(Origin origin, int clear, int flip) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0)) {
        underflow(unit);
        return;
      }
      int signExponent = unit.signExponent(0);
      unit.clearC1();
      unit.set(0, signExponent & ~clear | ~signExponent & flip, unit.significand(0));
    }
  }

  record OfOne(Origin origin, Unary function) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0)) {
        underflow(unit);
        return;
      }
      function.apply(unit, unit.signExponent(0), unit.significand(0));
      unit.commit();
      if (!unit.arithmetic.resultSuppressed()) {
        unit.setResult(0);
      }
    }
  }

  /** With {@code pop} the result is written to ST(1), which then is ST(0). */
  record OfTwo(Origin origin, Binary function, boolean pop) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      boolean fault = unit.empty(0) || unit.empty(1);
      if (fault) {
        if (!unit.underflow()) {
          return;
        }
      } else {
        function.apply(
            unit,
            unit.signExponent(0),
            unit.significand(0),
            unit.signExponent(1),
            unit.significand(1));
        unit.commit();
        if (unit.arithmetic.resultSuppressed()) {
          return;
        }
      }
      if (pop) {
        unit.pop();
      }
      if (fault) {
        unit.setIndefinite(0);
      } else {
        unit.setResult(0);
      }
    }
  }

  record PartialRemainder(Origin origin, Remainder function) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0) || unit.empty(1)) {
        unit.incomplete(false);
        underflow(unit);
        return;
      }
      int codes =
          function.apply(
              unit,
              unit.signExponent(0),
              unit.significand(0),
              unit.signExponent(1),
              unit.significand(1));
      unit.commit();
      boolean done = !unit.arithmetic.resultSuppressed();
      if (done
          && !ExtendedFormat.nan(
              unit.arithmetic.resultSignExponent, unit.arithmetic.resultSignificand)) {
        unit.conditionCodes(codes);
      } else {
        // There is no quotient: C0 and C3 stay.
        unit.incomplete(false);
      }
      if (done) {
        unit.setResult(0);
      }
    }
  }

  record Circular(Origin origin, Ranged function) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0)) {
        unit.incomplete(false);
        underflow(unit);
        return;
      }
      boolean inRange = function.apply(unit, unit.signExponent(0), unit.significand(0));
      unit.commit();
      unit.incomplete(!inRange);
      if (inRange && !unit.arithmetic.resultSuppressed()) {
        unit.setResult(0);
      }
    }
  }

  record Pushing(Origin origin, Ranged function, boolean setsC2) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      X87Unit unit = origin.begin(cpu);
      if (unit.empty(0) || unit.full()) {
        if (setsC2) {
          unit.incomplete(false);
        }
        boolean masked = unit.empty(0) ? unit.underflow() : unit.overflow();
        if (masked) {
          unit.setIndefinite(0);
          unit.push();
          unit.setIndefinite(0);
        }
        return;
      }
      boolean inRange = function.apply(unit, unit.signExponent(0), unit.significand(0));
      unit.commit();
      if (setsC2) {
        unit.incomplete(!inRange);
      }
      if (inRange && !unit.arithmetic.resultSuppressed()) {
        unit.setResult(0);
        unit.push();
        unit.set(0, unit.arithmetic.pushedSignExponent, unit.arithmetic.pushedSignificand);
      }
    }
  }
}
