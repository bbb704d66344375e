package org.paravane.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;
import org.paravane.core.machine.ExitReason;

class MissingInstructionTest {
  private static final long HANDLER = 0x3000;

  private static SystemGuest guest(int cpl) {
    SystemGuest guest = SystemGuest.in64BitMode(cpl);
    guest.gate64(GuestFault.UD, SystemGuest.CODE64, HANDLER, SystemGuest.GATE);
    guest.gate64(GuestFault.PF, SystemGuest.CODE64, HANDLER + 0x100, SystemGuest.GATE);
    guest.memory.busWrite(SystemGuest.TASK + 4, 8, 0x20000);
    guest.code(HANDLER, "ebfe");
    guest.code(HANDLER + 0x100, "ebfe");
    return guest;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void endsTheRunAndIsNamed(int cpl) {
    SystemGuest guest = guest(cpl);
    // inc eax; rdrand ecx
    guest.code(0x1000, "ffc0 0fc7f1");

    assertThat(guest.machine.run(100))
        .isEqualTo(
            new ExitReason.Unsupported(
                "RDRAND at RIP 0x1002, bytes 0f c7 f1, of the CPUID feature RDRAND"));
    assertThat(guest.cpu.rip()).isEqualTo(0x1002);
    assertThat(guest.cpu.gpr[Cpu.RAX]).isOne();
    assertThat(guest.machine.instructions()).isOne();
  }

  @Test
  void raisesUdIfAskedTo() {
    SystemGuest guest = guest(0);
    guest.machine.missingRaisesUd(true);
    guest.code(0x1000, "0fc7f1");

    assertThat(guest.machine.run(100)).isEqualTo(new ExitReason.BudgetSpent());
    assertThat(guest.cpu.rip()).isEqualTo(HANDLER);
    assertThat(guest.stack64(0)).isEqualTo(0x1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0f0b", "0fb9c0", "0fffc0", "d6", "0f0affff", "f00fc7f1"})
  void anUndefinedOpcodeRaisesUd(String undefined) {
    SystemGuest guest = guest(0);
    guest.code(0x1000, undefined);

    guest.run(100);

    assertThat(guest.cpu.rip()).isEqualTo(HANDLER);
  }

  @Test
  void oneThatGoesOnOnAPageWhichIsAbsentFaultsThere() {
    SystemGuest guest = guest(0);
    guest.code(0x1f_fffd, "c5f058");
    guest.cpu.rip(0x1f_fffd);

    guest.run(100);

    assertThat(guest.cpu.rip()).isEqualTo(HANDLER + 0x100);
    assertThat(guest.cpu.control.cr2()).isEqualTo(0x20_0000);
  }

  @Test
  void aSingleSteppedOneEndsTheRunToo() {
    SystemGuest guest = guest(0);
    guest.cpu.rflags(0x102);
    guest.code(0x1000, "c5f058c2");

    assertThat(guest.machine.run(100))
        .isEqualTo(
            new ExitReason.Unsupported(
                "VADDPS at RIP 0x1000, bytes c5 f0 58 c2, of the CPUID feature AVX"));
  }

  @Test
  void codeThatIsChangedIntoSomethingElseRuns() {
    SystemGuest guest = guest(0);
    guest.code(0x1000, "c7f805000000 ebfe");
    assertThat(guest.machine.run(100)).isInstanceOf(ExitReason.Unsupported.class);

    guest.code(0x1001, "c0");

    assertThat(guest.machine.run(100)).isEqualTo(new ExitReason.BudgetSpent());
    assertThat(guest.cpu.gpr[Cpu.RAX]).isEqualTo(5);
  }

  @Test
  void vectorPrefixesDoNotExistInRealAddressMode() {
    SystemGuest guest = new SystemGuest();
    guest.cpu.segments.idtrBase = 0;
    guest.cpu.segments.set(Segments.CS, 0, 0, 0xffff, 0x9b);
    guest.cpu.updateMode();
    guest.memory.busWrite(4 * GuestFault.UD, 4, HANDLER);
    guest.code(0x1000, "c5f058c2");
    guest.code(HANDLER, "ebfe");

    assertThat(guest.machine.run(10)).isEqualTo(new ExitReason.BudgetSpent());
    assertThat(guest.cpu.rip()).isEqualTo(HANDLER);
  }
}
