package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;

class FlagOpsTest {
  private static final int EVERYTHING = Rflags.STATUS | Rflags.SYSTEM;

  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  /** RFLAGS after POPF of an image in which every bit that matters is set. */
  private int popped(String hex, int rflags, int image) {
    cpu.rflags(rflags);
    cpu.gpr[Cpu.RSP] = 0x8000;
    stepper.memory.put64(0x8000, image & 0xffff_ffffL);
    stepper.step(hex);
    return cpu.rflags() & EVERYTHING;
  }

  @Test
  void carryAndDirectionAreSetAlone() {
    for (int flags : new int[] {0x8d5, 0x8d4, 0x0d5, 0}) {
      cpu.statusFlags(flags);
      stepper.step("f8");
      assertThat(cpu.statusFlags()).isEqualTo(flags & ~1);
      stepper.step("f9");
      assertThat(cpu.statusFlags()).isEqualTo(flags | 1);
      stepper.step("f5");
      assertThat(cpu.statusFlags()).isEqualTo(flags & ~1);
      stepper.step("f5");
      assertThat(cpu.statusFlags()).isEqualTo(flags | 1);
    }
    stepper.step("fd");
    assertThat(cpu.systemFlags).isEqualTo(Rflags.DF);
    stepper.step("fc");
    assertThat(cpu.systemFlags).isZero();
  }

  @Test
  void ahHoldsFiveFlags() {
    cpu.statusFlags(0x8d5);
    stepper.step("9f");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0xd700);
    cpu.gpr[Cpu.RAX] = 0x2a41;
    stepper.step("9e");
    assertThat(cpu.statusFlags()).isEqualTo(Rflags.OF);
  }

  @Test
  void pushedFlagsHideResumeAndVirtualMode() {
    cpu.rflags(Rflags.RF | Rflags.IF | Rflags.CF);
    cpu.gpr[Cpu.RSP] = 0x8000;
    stepper.step("9c");
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x7ff8);
    assertThat(stepper.memory.get64(0x7ff8)).isEqualTo(0x203);
    stepper.step("669c");
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x7ff6);
    assertThat(stepper.memory.get16(0x7ff6)).isEqualTo(0x203);
  }

  @Test
  void theKernelPopsAllButVirtualFlags() {
    int fixed = Rflags.VM | Rflags.VIF | Rflags.VIP | Rflags.RF;
    assertThat(popped("9d", 0, -1)).isEqualTo(EVERYTHING & ~fixed);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8008);
    assertThat(popped("9d", Rflags.VIF | Rflags.VIP | Rflags.RF | 0x3ed5, 0))
        .isEqualTo(Rflags.VIF | Rflags.VIP);
    assertThat(popped("669d", Rflags.AC | Rflags.ID, -1)).isEqualTo(Rflags.AC | Rflags.ID | 0x7fd5);
  }

  @Test
  void othersKeepIoplAndNeedItForTheInterruptFlag() {
    cpu.cpl = 3;
    assertThat(popped("9d", 0, -1) & (Rflags.IF | Rflags.IOPL)).isZero();
    assertThat(popped("9d", Rflags.IF, 0)).isEqualTo(Rflags.IF);
    assertThat(popped("9d", Rflags.IOPL, -1) & (Rflags.IF | Rflags.IOPL))
        .isEqualTo(Rflags.IF | Rflags.IOPL);
    assertThat(popped("9d", Rflags.IOPL | Rflags.IF, 0)).isEqualTo(Rflags.IOPL);
  }

  @Test
  void aPopThatFaultsChangesNothing() {
    stepper.page64();
    stepper.protect(0x9000, 0);
    cpu.gpr[Cpu.RSP] = 0x9000;
    cpu.rflags(Rflags.OF);
    assertThat(stepper.faultOf("9d")).isEqualTo(GuestFault.PF);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x9000);
    assertThat(cpu.rflags()).isEqualTo(Rflags.OF | 2);
  }

  @Test
  void virtual8086ModeNeedsIoplOrItsExtensions() {
    stepper.enter32(-1);
    cpu.cpl = 3;
    cpu.segments.rights[1] &= ~0x4000;
    cpu.rflags(Rflags.VM);
    assertThat(stepper.faultOf("9c")).isEqualTo(GuestFault.GP);
    assertThat(stepper.faultOf("9d")).isEqualTo(GuestFault.GP);

    cpu.control.load(1, 0, 1, 0);
    stepper.memory.put16(0x8000, 0x3200);
    stepper.step("9d");
    assertThat(cpu.rflags()).isEqualTo(Rflags.VM | Rflags.VIF | 2);
    assertThat(cpu.gpr[Cpu.RSP]).isEqualTo(0x8002);
    stepper.step("9c");
    assertThat(stepper.memory.get16(0x8000)).isEqualTo(0x3202);
    cpu.rflags(Rflags.VM | Rflags.VIP);
    assertThat(stepper.faultOf("9d")).isEqualTo(GuestFault.GP);
    assertThat(stepper.faultOf("669c")).isEqualTo(GuestFault.GP);
  }
}
