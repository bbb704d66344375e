package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class BcdArithmeticTest {
  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  @BeforeEach
  void leave64BitMode() {
    stepper.enter32(-1);
  }

  @Test
  void packedSumsAndDifferencesAreDecimal() {
    for (int a = 0; a < 100; a++) {
      for (int b = 0; b < 100; b++) {
        cpu.gpr[Cpu.RAX] = packed(a);
        cpu.gpr[Cpu.RBX] = packed(b);
        stepper.step("00d8");
        stepper.step("27");
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(packed((a + b) % 100));
        assertThat(cpu.carry()).isEqualTo(a + b >= 100);

        cpu.gpr[Cpu.RAX] = packed(a);
        stepper.step("28d8");
        stepper.step("2f");
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(packed((a - b + 100) % 100));
        assertThat(cpu.carry()).isEqualTo(a < b);
      }
    }
  }

  @Test
  void unpackedDigitsCarryIntoAh() {
    for (int a = 0; a < 10; a++) {
      for (int b = 0; b < 10; b++) {
        cpu.gpr[Cpu.RAX] = 0x500 | a;
        cpu.gpr[Cpu.RBX] = b;
        stepper.step("00d8");
        stepper.step("37");
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x500 + ((a + b) / 10 << 8) + (a + b) % 10);
        assertThat(cpu.carry()).isEqualTo(a + b >= 10);

        cpu.gpr[Cpu.RAX] = 0x500 | a;
        stepper.step("28d8");
        stepper.step("3f");
        assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(a < b ? 0x400 | a - b + 10 : 0x500 | a - b);
        assertThat(cpu.carry()).isEqualTo(a < b);
      }
    }
  }

  /** Opcode, AX and flags before, AX and flags after, as an Intel Xeon gave them. */
  @ParameterizedTest
  @CsvSource({
    "27, 1a, 011, 0080, 091",
    "2f, 80, 010, 007a, 010",
    "2f, 81, 001, 0021, 005",
    "37, 4a, 8c5, 0100, 055",
    "37, 6f, 8c4, 0105, 015",
    "37, b9, 8c5, 0009, 004",
    "3f, 00, 010, fe0a, 015",
    "3f, 784, 011, 060e, 011",
    "d50a, 275, 8c5, 0089, 880",
    "d50a, 128, 000, 0032, 010",
    "d50a, 4ea, 001, 0012, 015",
  })
  void undefinedFlagsAreThoseOfAProcessor(
      String opcode, String ax, String flags, String axAfter, String flagsAfter) {
    cpu.gpr[Cpu.RAX] = Integer.parseInt(ax, 16);
    cpu.statusFlags(Integer.parseInt(flags, 16));
    stepper.step(opcode);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(Integer.parseInt(axAfter, 16));
    assertThat(cpu.statusFlags()).isEqualTo(Integer.parseInt(flagsAfter, 16));
  }

  @Test
  void multiplicationIsSplitIntoDigitsOfAnyBase() {
    cpu.gpr[Cpu.RAX] = 63;
    stepper.step("d40a");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x603);
    cpu.gpr[Cpu.RAX] = 63;
    stepper.step("d410");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x30f);
    assertThat(stepper.faultOf("d400")).isEqualTo(GuestFault.DE);
  }

  private static int packed(int number) {
    return number / 10 << 4 | number % 10;
  }
}
