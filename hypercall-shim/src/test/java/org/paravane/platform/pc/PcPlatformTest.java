package org.paravane.platform.pc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.InterruptController;
import org.paravane.platform.testing.PlatformGuest;

class PcPlatformTest {
  private static final int TIME_STAMP_COUNTER = 0x10;
  private static final int TSC_DEADLINE = 0x6e0;
  private static final long LVT_TIMER = 0xfee0_0320L;

  private final PlatformGuest guest = PlatformGuest.on("bare", 1);

  @Test
  void deadlinesFollowTheGuestsTimeStampCounter() {
    InterruptController interrupts = guest.cpu.platform.interruptController(guest.cpu);
    guest.memory.busWrite(LVT_TIMER, 4, 0x4_0055);
    guest.writeMsr(TIME_STAMP_COUNTER, 1L << 40);
    guest.writeMsr(TSC_DEADLINE, (1L << 40) + 1000);
    guest.machine.timers().fireDue(999);
    assertThat(interrupts.interruptPending()).isFalse();
    guest.machine.timers().fireDue(1000);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x55);
  }

  @Test
  void thereIsNoHypervisor() {
    assertThat(guest.cpuid(1)[2]).isPositive();
    guest.cpu.gpr[0] = 0;
    assertThat(guest.cpu.platform.hypercall(guest.cpu, false)).isFalse();
  }
}
