package org.paravane.core.instructions.x87;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.X87Unit;
import org.paravane.core.fpu.ExtendedFormat;
import org.paravane.core.fpu.FloatException;

/** FST, FSTP, FIST, FISTP, FISTTP and FBSTP to memory (SDM Vol. 1 8.3.3, 8.3.4). */
final class Stores {
  private enum Format {
    SINGLE(32, 0xffc0_0000L),
    DOUBLE(64, 0xfff8_0000_0000_0000L),
    INTEGER16(16, 0x8000),
    INTEGER32(32, 0x8000_0000L),
    INTEGER64(64, Long.MIN_VALUE),
    TRUNCATED16(16, 0x8000),
    TRUNCATED32(32, 0x8000_0000L),
    TRUNCATED64(64, Long.MIN_VALUE),
    DECIMAL(80, ExtendedFormat.INDEFINITE_SIGNIFICAND);

    private final int bits;
    private final long indefinite;

    Format(int bits, long indefinite) {
      this.bits = bits;
      this.indefinite = indefinite;
    }

    /** The bits to store; the upper 16 of a decimal are where the unit's arithmetic leaves them. */
    long convert(X87Unit unit, int signExponent, long significand) {
      return switch (this) {
        case SINGLE -> unit.conversion.storeFloat(signExponent, significand);
        case DOUBLE -> unit.conversion.storeDouble(signExponent, significand);
        case INTEGER16, INTEGER32, INTEGER64 ->
            unit.conversion.storeInteger(signExponent, significand, bits);
        case TRUNCATED16, TRUNCATED32, TRUNCATED64 ->
            unit.conversion.storeTruncated(signExponent, significand, bits);
        case DECIMAL -> {
          unit.conversion.storeDecimal(signExponent, significand);
          yield unit.arithmetic.resultSignificand;
        }
      };
    }

    void write(Cpu cpu, MemoryOperand destination, long value) {
      if (this == DECIMAL) {
        write80(cpu, destination, cpu.x87.arithmetic.resultSignExponent, value);
      } else {
        destination.write(cpu, bits, value);
      }
    }

    void writeIndefinite(Cpu cpu, MemoryOperand destination) {
      if (this == DECIMAL) {
        write80(cpu, destination, ExtendedFormat.INDEFINITE_SIGN_EXPONENT, indefinite);
      } else {
        destination.write(cpu, bits, indefinite);
      }
    }
  }

  private Stores() {}

  static void addTo(X87Rows rows) {
    add(rows, "D9 /2", "FST", "Md", Format.SINGLE, false);
    add(rows, "D9 /3", "FSTP", "Md", Format.SINGLE, true);
    add(rows, "DD /2", "FST", "Mq", Format.DOUBLE, false);
    add(rows, "DD /3", "FSTP", "Mq", Format.DOUBLE, true);
    add(rows, "DF /2", "FIST", "Mw", Format.INTEGER16, false);
    add(rows, "DF /3", "FISTP", "Mw", Format.INTEGER16, true);
    add(rows, "DB /2", "FIST", "Md", Format.INTEGER32, false);
    add(rows, "DB /3", "FISTP", "Md", Format.INTEGER32, true);
    add(rows, "DF /7", "FISTP", "Mq", Format.INTEGER64, true);
    rows.addSse3(
        "DF /1",
        "FISTTP",
        "Mw",
        d -> new Store(Origin.of(d), Format.TRUNCATED16, d.memory(), true));
    rows.addSse3(
        "DB /1",
        "FISTTP",
        "Md",
        d -> new Store(Origin.of(d), Format.TRUNCATED32, d.memory(), true));
    rows.addSse3(
        "DD /1",
        "FISTTP",
        "Mq",
        d -> new Store(Origin.of(d), Format.TRUNCATED64, d.memory(), true));
    rows.add("DB /7", "FSTP", "Mt", d -> new StoreExtended(Origin.of(d), d.memory()));
    add(rows, "DF /6", "FBSTP", "Mt", Format.DECIMAL, true);
  }

  private static void add(
      X87Rows rows, String encoding, String mnemonic, String operand, Format format, boolean pop) {
    rows.add(encoding, mnemonic, operand, d -> new Store(Origin.of(d), format, d.memory(), pop));
  }

  /** Whether a store of an empty ST(0) is answered with a default value, before the fault is raised. */
  private static boolean invalidMasked(X87Unit unit) {
    return (unit.arithmetic.controlWord() & FloatException.INVALID) != 0;
  }

  /** Writes ten bytes, or faults before any. */
  private static void write80(Cpu cpu, MemoryOperand destination, int upper, long lower) {
    long linear = destination.forWrite(cpu, 10);
    int segment = destination.segment();
    cpu.memory.requireWritable(linear, segment, 10);
    cpu.memory.write64(linear, segment, lower);
    cpu.memory.write16(linear + 8, segment, upper);
  }

  record Store(Origin origin, Format format, MemoryOperand destination, boolean pop)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      X87Unit unit = cpu.x87;
      unit.prepare();
      boolean done;
      if (unit.empty(0)) {
        done = invalidMasked(unit);
        if (done) {
          format.writeIndefinite(cpu, destination);
        }
        origin.enter(cpu, destination);
        unit.underflow();
      } else {
        long value = format.convert(unit, unit.signExponent(0), unit.significand(0));
        done = !unit.arithmetic.storeSuppressed();
        if (done) {
          format.write(cpu, destination, value);
        }
        origin.enter(cpu, destination);
        unit.commit();
      }
      if (done && pop) {
        unit.pop();
      }
    }
  }

  /** A store in the register format raises nothing. */
  record StoreExtended(Origin origin, MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Origin.await(cpu);
      X87Unit unit = cpu.x87;
      unit.prepare();
      if (unit.empty(0)) {
        boolean masked = invalidMasked(unit);
        if (masked) {
          write80(
              cpu,
              destination,
              ExtendedFormat.INDEFINITE_SIGN_EXPONENT,
              ExtendedFormat.INDEFINITE_SIGNIFICAND);
        }
        origin.enter(cpu, destination);
        unit.underflow();
        if (masked) {
          unit.pop();
        }
        return;
      }
      write80(cpu, destination, unit.signExponent(0), unit.significand(0));
      origin.enter(cpu, destination);
      unit.clearC1();
      unit.pop();
    }
  }
}
