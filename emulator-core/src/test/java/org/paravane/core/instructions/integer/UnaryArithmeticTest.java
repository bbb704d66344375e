package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;

class UnaryArithmeticTest {
  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  private static int expectedFlags(int operation, int bits, long a, long result, int before) {
    long value = a & SingleStepper.ones(bits);
    long least = 1L << bits - 1;
    int common = SingleStepper.resultFlags(result, bits);
    return switch (operation) {
      case 0 ->
          common | before & 1 | ((value & 15) == 15 ? 0x10 : 0) | (value == least - 1 ? 0x800 : 0);
      case 1 -> common | before & 1 | ((value & 15) == 0 ? 0x10 : 0) | (value == least ? 0x800 : 0);
      case 2 -> before;
      default ->
          common
              | (value != 0 ? 1 : 0)
              | ((value & 15) != 0 ? 0x10 : 0)
              | (value == least ? 0x800 : 0);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64})
  void resultsAndFlagsAreThoseOfTheManual(int bits) {
    Random random = new Random(bits);
    for (int i = 0; i < 4000; i++) {
      int operation = i & 3;
      long least = 1L << bits - 1;
      long a = i % 5 == 0 ? least - 1 + random.nextInt(2) : SingleStepper.interesting(random);
      int flags = SingleStepper.randomFlags(random);
      long result = operation == 0 ? a + 1 : operation == 1 ? a - 1 : operation == 2 ? ~a : -a;
      int expected = expectedFlags(operation, bits, a, result, flags);
      String opcode = operation < 2 ? "ff" : "f7";
      cpu.gpr[Cpu.RBX] = a;
      cpu.statusFlags(flags);
      stepper.step(SingleStepper.encode(bits, opcode, 0xc3 | operation << 3));
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(a, bits, result));
      assertThat(cpu.statusFlags()).as("%d %d %#x", operation, bits, a).isEqualTo(expected);

      cpu.gpr[Cpu.RBX] = a;
      stepper
          .decode(SingleStepper.encode(bits, opcode, 0xc3 | operation << 3))
          .withoutStatusFlags()
          .execute(cpu);
      assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(SingleStepper.merged(a, bits, result));

      cpu.gpr[Cpu.RBX] = 0x2000;
      cpu.statusFlags(flags);
      stepper.memory.put64(0x2000, a);
      stepper.step(SingleStepper.encode(bits, opcode, 3 | operation << 3));
      assertThat(stepper.memory.get64(0x2000))
          .isEqualTo(a & ~SingleStepper.ones(bits) | result & SingleStepper.ones(bits));
      assertThat(cpu.statusFlags()).isEqualTo(expected);
    }
  }

  @Test
  void shortFormsExistOutside64BitMode() {
    stepper.enter32(-1);
    cpu.gpr[Cpu.RSI] = 0xffff_ffffL;
    stepper.step("46");
    assertThat(cpu.gpr[Cpu.RSI]).isZero();
    stepper.step("664e");
    assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(0xffff);
  }
}
