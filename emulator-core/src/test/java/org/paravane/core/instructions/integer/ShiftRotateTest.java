package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;

class ShiftRotateTest {
  private static final int CF = 1;
  private static final int OF = 0x800;
  private static final String[] NAMES = {"ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SAL", "SAR"};

  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  /** Shifts one bit after the other; OF is what the first step says. */
  private static final class Reference {
    long value;
    int flags;

    Reference(int operation, int bits, long operand, int flagsBefore, int count) {
      value = operand & SingleStepper.ones(bits);
      flags = flagsBefore;
      int masked = count & (bits == 64 ? 63 : 31);
      if (masked == 0) {
        return;
      }
      boolean throughCarry = operation == 2 || operation == 3;
      int steps = throughCarry ? masked % (bits + 1) : masked;
      for (int i = 0; i < steps; i++) {
        step(operation, bits, i == 0);
      }
      if (operation >= 4) {
        flags = flags & (CF | OF) | SingleStepper.resultFlags(value, bits);
      }
    }

    private void step(int operation, int bits, boolean first) {
      long top = 1L << bits - 1;
      long before = value;
      boolean oldCarry = (flags & CF) != 0;
      boolean left = operation == 0 || operation == 2 || operation == 4 || operation == 6;
      boolean out = (value & (left ? top : 1)) != 0;
      boolean in =
          switch (operation) {
            case 0, 1 -> out;
            case 2, 3 -> oldCarry;
            case 7 -> (value & top) != 0;
            default -> false;
          };
      value =
          left
              ? value << 1 & SingleStepper.ones(bits) | (in ? 1 : 0)
              : value >>> 1 | (in ? top : 0);
      flags = flags & ~CF | (out ? CF : 0);
      if (first) {
        flags = flags & ~OF | (((before ^ value) & top) != 0 ? OF : 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void shiftsAndRotatesEqualOneBitSteps(int bits) {
    Random random = new Random(bits);
    for (int operation = 0; operation < 8; operation++) {
      for (int i = 0; i < 700; i++) {
        long operand = SingleStepper.interesting(random);
        int count = i % 3 == 0 ? random.nextInt(4) : random.nextInt(256);
        int flags = SingleStepper.randomFlags(random);
        Reference expected = new Reference(operation, bits, operand, flags, count);
        String what =
            "%s %d %#x by %d, flags %#x".formatted(NAMES[operation], bits, operand, count, flags);
        int modrm = 0xc3 | operation << 3;

        set(operand, flags, 0);
        stepper.step(SingleStepper.encode(bits, "c1", modrm) + "%02x".formatted(count));
        assertThat(cpu.gpr[Cpu.RBX])
            .as(what)
            .isEqualTo(SingleStepper.merged(operand, bits, expected.value));
        assertThat(cpu.statusFlags()).as(what).isEqualTo(expected.flags);

        set(operand, flags, count);
        stepper.step(SingleStepper.encode(bits, "d3", modrm));
        assertThat(cpu.gpr[Cpu.RBX])
            .as(what)
            .isEqualTo(SingleStepper.merged(operand, bits, expected.value));
        assertThat(cpu.statusFlags()).as(what).isEqualTo(expected.flags);

        set(0x2000, flags, count);
        stepper.memory.put64(0x2000, operand);
        stepper.step(SingleStepper.encode(bits, "d3", 3 | operation << 3));
        assertThat(stepper.memory.get64(0x2000))
            .as(what)
            .isEqualTo(operand & ~SingleStepper.ones(bits) | expected.value);
        assertThat(cpu.statusFlags()).as(what).isEqualTo(expected.flags);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void doubleShiftsEqualOneBitSteps(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 3000; i++) {
      boolean left = random.nextBoolean();
      long a = SingleStepper.interesting(random);
      long b = SingleStepper.interesting(random);
      int count = random.nextInt(70);
      int flags = SingleStepper.randomFlags(random);
      int masked = count & (bits == 64 ? 63 : 31);
      long value = a & SingleStepper.ones(bits);
      boolean carry = (flags & CF) != 0;
      boolean overflow = (flags & OF) != 0;
      for (int step = 0; step < masked; step++) {
        // Beyond its own bits, a 16-bit destination takes part in the shift again.
        long feed = step < bits ? b : a;
        int index = left ? bits - 1 - step % bits : step % bits;
        long in = feed >>> index & 1;
        long before = value;
        carry = (value >>> (left ? bits - 1 : 0) & 1) != 0;
        value = left ? value << 1 & SingleStepper.ones(bits) | in : value >>> 1 | in << bits - 1;
        if (step == 0) {
          overflow = ((before ^ value) >>> bits - 1 & 1) != 0;
        }
      }
      int expected =
          masked == 0
              ? flags
              : SingleStepper.resultFlags(value, bits) | (carry ? CF : 0) | (overflow ? OF : 0);
      String what = "%s %d %#x,%#x by %d".formatted(left ? "SHLD" : "SHRD", bits, a, b, count);

      set(a, flags, 0);
      cpu.gpr[Cpu.RDX] = b;
      stepper.step(
          SingleStepper.sizePrefix(bits) + "0f" + (left ? "a4" : "ac") + "d3%02x".formatted(count));
      assertThat(cpu.gpr[Cpu.RBX]).as(what).isEqualTo(SingleStepper.merged(a, bits, value));
      assertThat(cpu.statusFlags()).as(what).isEqualTo(expected);

      set(0x2000, flags, count);
      stepper.memory.put64(0x2000, a);
      stepper.step(SingleStepper.sizePrefix(bits) + "0f" + (left ? "a5" : "ad") + "13");
      assertThat(stepper.memory.get64(0x2000))
          .as(what)
          .isEqualTo(a & ~SingleStepper.ones(bits) | value);
      assertThat(cpu.statusFlags()).as(what).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1e307", "c1eb07", "c1fb07", "48c1e307", "48c1eb07", "48c1fb07"})
  void formsWithoutFlagsGiveTheSameResults(String hex) {
    for (long operand : new long[] {0x8123_4567_89ab_cdefL, 0x7fff_ffff_7fff_ffffL, -1}) {
      set(operand, 0, 0);
      stepper.step(hex);
      long expected = cpu.gpr[Cpu.RBX];
      set(operand, 0, 0);
      stepper.decode(hex).withoutStatusFlags().execute(cpu);
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(expected);
    }
  }

  @Test
  void memoryThatCannotBeWrittenLeavesTheFlags() {
    stepper.page64();
    stepper.protect(0x2000, 5);
    set(0x2000, CF, 1);
    assertThat(stepper.faultOf("d123")).isEqualTo(14);
    assertThat(cpu.statusFlags()).isEqualTo(CF);
  }

  private void set(long rbx, int flags, int cl) {
    cpu.gpr[Cpu.RBX] = rbx;
    cpu.gpr[Cpu.RCX] = 0x1234_5600L | cl;
    cpu.statusFlags(flags);
  }
}
