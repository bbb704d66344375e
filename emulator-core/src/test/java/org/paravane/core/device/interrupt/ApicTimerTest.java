package org.paravane.core.device.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApicTimerTest {
  private static final long NANOS_PER_TICK = 1_000_000_000 / ApicMachine.TIMER_HZ;

  private final ApicMachine machine = new ApicMachine().enabled();
  private final LocalApic apic = machine.apics[0];

  @ParameterizedTest
  @CsvSource({"0x0,2", "0x1,4", "0x2,8", "0x3,16", "0x8,32", "0x9,64", "0xa,128", "0xb,1"})
  void countsDownAtTheDividedRate(String configuration, int divisor) {
    machine.write(0, 0x3e0, Integer.decode(configuration));
    machine.write(0, 0x380, 1_000_000);
    machine.clock.advance(1000 * divisor * NANOS_PER_TICK);
    assertThat(machine.read(0, 0x390)).isEqualTo(999_000);
    assertThat(machine.read(0, 0x3e0)).isEqualTo(Integer.decode(configuration));
  }

  @Test
  void oneShotInterruptsOnceAndStopsAtZero() {
    start(0xec, 1000);
    machine.clock.advance(1000 * NANOS_PER_TICK - 1);
    assertThat(apic.interruptPending()).isFalse();
    machine.clock.advance(1);
    assertThat(take()).isEqualTo(0xec);
    machine.clock.advance(1_000_000_000);
    assertThat(machine.read(0, 0x390)).isZero();
    assertThat(apic.interruptPending()).isFalse();
  }

  @Test
  void periodicInterruptsWithoutDrift() {
    start(0x2_00ec, 777);
    int interrupts = 0;
    for (int i = 0; i < 1000; i++) {
      machine.clock.advance(777 * NANOS_PER_TICK);
      interrupts += take() == 0xec ? 1 : 0;
    }
    assertThat(interrupts).isEqualTo(1000);
    machine.clock.advance(100 * NANOS_PER_TICK);
    assertThat(machine.read(0, 0x390)).isEqualTo(677);
  }

  @Test
  void maskedTimerCountsButSetsNoMachineTimer() {
    start(0x1_00ec, 1000);
    assertThat(machine.clock.timers().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    machine.clock.advance(400 * NANOS_PER_TICK);
    assertThat(machine.read(0, 0x390)).isEqualTo(600);
    machine.write(0, 0x320, 0xec);
    machine.clock.advance(600 * NANOS_PER_TICK);
    assertThat(take()).isEqualTo(0xec);
  }

  @Test
  void unmaskingAfterTheEndDoesNotInterrupt() {
    start(0x1_00ec, 1000);
    machine.clock.advance(2000 * NANOS_PER_TICK);
    machine.write(0, 0x320, 0xec);
    machine.clock.advance(1_000_000_000);
    assertThat(apic.interruptPending()).isFalse();
  }

  @Test
  void writingZeroStopsTheTimer() {
    start(0x2_00ec, 1000);
    machine.write(0, 0x380, 0);
    machine.clock.advance(1_000_000_000);
    assertThat(apic.interruptPending()).isFalse();
  }

  @Test
  void anExpiryIsNotLostByReprogrammingLate() {
    start(0xec, 1000);
    machine.clock.advanceLate(2000 * NANOS_PER_TICK);
    machine.write(0, 0x380, 5000);
    assertThat(take()).isEqualTo(0xec);
    machine.clock.advance(5000 * NANOS_PER_TICK);
    assertThat(take()).isEqualTo(0xec);
  }

  @Test
  void largestCountDoesNotOverflow() {
    machine.write(0, 0x3e0, 0xa);
    machine.write(0, 0x320, 0xec);
    machine.write(0, 0x380, -1);
    machine.clock.advance((1L << 32) * 128 * NANOS_PER_TICK - 129 * NANOS_PER_TICK);
    assertThat(apic.interruptPending()).isFalse();
    machine.clock.advance(129 * NANOS_PER_TICK);
    assertThat(take()).isEqualTo(0xec);
  }

  @Test
  void tscDeadlineInterruptsOnceAndReadsZeroAfterwards() {
    machine.write(0, 0x320, 0x4_00ec);
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, 2_600_000);
    assertThat(apic.readMsr(LocalApic.IA32_TSC_DEADLINE)).isEqualTo(2_600_000);
    machine.clock.advance(999_999);
    assertThat(apic.interruptPending()).isFalse();
    machine.clock.advance(1);
    assertThat(take()).isEqualTo(0xec);
    assertThat(apic.readMsr(LocalApic.IA32_TSC_DEADLINE)).isZero();
    machine.clock.advance(1_000_000_000);
    assertThat(apic.interruptPending()).isFalse();
  }

  @Test
  void deadlineInThePastInterruptsAtOnce() {
    machine.clock.advance(1_000_000_000);
    machine.write(0, 0x320, 0x4_00ec);
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, 1);
    machine.clock.advance(0);
    assertThat(take()).isEqualTo(0xec);
  }

  @Test
  void zeroDisarmsTheDeadlineAndTheFarFutureNeverComes() {
    machine.write(0, 0x320, 0x4_00ec);
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, 2_600_000);
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, 0);
    assertThat(machine.clock.timers().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, -1);
    assertThat(machine.clock.timers().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void deadlinesFollowTheGuestsTscOffset() {
    apic.tscOffset(1_000_000);
    machine.write(0, 0x320, 0x4_00ec);
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, 1_000_000 + 2_600);
    machine.clock.advance(999);
    assertThat(apic.interruptPending()).isFalse();
    machine.clock.advance(1);
    assertThat(apic.interruptPending()).isTrue();
  }

  @Test
  void deadlineIsIgnoredInTheOtherModes() {
    apic.writeMsr(LocalApic.IA32_TSC_DEADLINE, 5);
    assertThat(apic.readMsr(LocalApic.IA32_TSC_DEADLINE)).isZero();
    machine.write(0, 0x320, 0x4_00ec);
    machine.write(0, 0x380, 1000);
    assertThat(machine.read(0, 0x390)).isZero();
  }

  private void start(int lvt, int count) {
    machine.write(0, 0x3e0, 0xb);
    machine.write(0, 0x320, lvt);
    machine.write(0, 0x380, count);
  }

  private int take() {
    int vector = apic.acknowledgeInterrupt();
    machine.write(0, 0xb0, 0);
    return vector;
  }
}
