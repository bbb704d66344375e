package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;

class ConversionsTest {
  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  private long extended(String hex, int register, long rax) {
    cpu.gpr[Cpu.RAX] = rax;
    cpu.gpr[Cpu.RDX] = 0x7777_7777_7777_7777L;
    stepper.step(hex);
    return cpu.gpr[register];
  }

  @Test
  void theAccumulatorIsExtendedIntoItself() {
    assertThat(extended("6698", Cpu.RAX, 0x1111_1111_1111_1180L)).isEqualTo(0x1111_1111_1111_ff80L);
    assertThat(extended("98", Cpu.RAX, 0x1111_1111_1111_8000L)).isEqualTo(0xffff_8000L);
    assertThat(extended("4898", Cpu.RAX, 0x1111_1111_8000_0000L)).isEqualTo(0xffff_ffff_8000_0000L);
    assertThat(extended("4898", Cpu.RAX, 0x1111_1111_7000_0000L)).isEqualTo(0x7000_0000L);
  }

  @Test
  void itsSignIsExtendedIntoTheDataRegister() {
    assertThat(extended("6699", Cpu.RDX, 0x8000)).isEqualTo(0x7777_7777_7777_ffffL);
    assertThat(extended("99", Cpu.RDX, 0x8000_0000L)).isEqualTo(0xffff_ffffL);
    assertThat(extended("4899", Cpu.RDX, Long.MIN_VALUE)).isEqualTo(-1);
    assertThat(extended("4899", Cpu.RDX, 0x8000_0000L)).isZero();
  }
}
