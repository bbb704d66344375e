package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class FramesTest {
  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  @Test
  void enterAndLeaveMakeAndDropAFrame() {
    cpu.gpr[Cpu.RBP] = 0x1234_5678_9abcL;
    stepper.step("c8200000");
    assertThat(cpu.gpr[Cpu.RBP]).isEqualTo(0x7ff8);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x7fd8);
    assertThat(stepper.memory.get64(0x7ff8)).isEqualTo(0x1234_5678_9abcL);
    stepper.step("c9");
    assertThat(cpu.gpr[Cpu.RBP]).isEqualTo(0x1234_5678_9abcL);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8000);
  }

  @Test
  void nestedFramesCopyTheDisplay() {
    cpu.gpr[Cpu.RBP] = 0x6000;
    stepper.memory.put64(0x5ff8, 11);
    stepper.memory.put64(0x5ff0, 12);
    stepper.step("c8100003");
    assertThat(cpu.gpr[Cpu.RBP]).isEqualTo(0x7ff8);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8000 - 4 * 8 - 16);
    assertThat(stepper.memory.get64(0x7ff8)).isEqualTo(0x6000);
    assertThat(stepper.memory.get64(0x7ff0)).isEqualTo(11);
    assertThat(stepper.memory.get64(0x7fe8)).isEqualTo(12);
    assertThat(stepper.memory.get64(0x7fe0)).isEqualTo(0x7ff8);
  }

  @Test
  void aFrameWhoseEndCannotBeWrittenFaultsAndLeavesTheRegisters() {
    stepper.page64();
    stepper.protect(0x7000, 0);
    cpu.gpr[Cpu.RSP] = 0x9000;
    cpu.gpr[Cpu.RBP] = 1;
    assertThat(stepper.faultOf("c8001800")).isEqualTo(GuestFault.PF);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x9000);
    assertThat(cpu.gpr[Cpu.RBP]).isEqualTo(1);
  }

  @Test
  void allRegistersArePushedAndPoppedButTheStackPointer() {
    stepper.enter32(-1);
    for (int register = 0; register < 8; register++) {
      if (register != Cpu.RSP) {
        cpu.gpr[register] = 0x100 + register;
      }
    }
    stepper.step("60");
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8000 - 32);
    assertThat(stepper.memory.get32(0x7ffc)).isEqualTo(0x100);
    assertThat(stepper.memory.get32(0x8000 - 20)).isEqualTo(0x8000);
    assertThat(stepper.memory.get32(0x7fe0)).isEqualTo(0x107);
    for (int register = 0; register < 8; register++) {
      if (register != Cpu.RSP) {
        cpu.gpr[register] = -1;
      }
    }
    stepper.step("61");
    for (int register = 0; register < 8; register++) {
      assertThat(cpu.gpr[register]).isEqualTo(register == Cpu.RSP ? 0x8000 : 0x100 + register);
    }
    stepper.step("6660");
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8000 - 16);
  }

  @Test
  void boundComparesSigned() {
    stepper.enter32(-1);
    cpu.gpr[Cpu.RBX] = 0x2000;
    stepper.memory.put32(0x2000, -5);
    stepper.memory.put32(0x2004, 5);
    cpu.gpr[Cpu.RCX] = 0xffff_fffbL;
    stepper.step("620b");
    cpu.gpr[Cpu.RCX] = 6;
    assertThat(stepper.faultOf("620b")).isEqualTo(GuestFault.BR);
  }

  @Test
  void xlatLooksUpAByte() {
    stepper.memory.put8(0x20ff, 0x42);
    cpu.gpr[Cpu.RBX] = 0x2000;
    cpu.gpr[Cpu.RAX] = 0x11ff;
    stepper.step("d7");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x1142);
  }
}
