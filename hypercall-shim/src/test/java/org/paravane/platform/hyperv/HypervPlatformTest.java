package org.paravane.platform.hyperv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paravane.platform.testing.PlatformGuest.NOWHERE;
import static org.paravane.platform.testing.PlatformGuest.faults;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.PlatformGuest;

class HypervPlatformTest {
  private static final String VMCALL = "0f01c1";
  private static final long PAGE = 0x20_0000;
  private static final long INPUT = 0x21_0000;
  private static final long FAST = 1 << 16;

  private final PlatformGuest guest = PlatformGuest.on("hyper-v", 2);
  private final Cpu cpu = guest.cpu;
  private final InterruptController interrupts = cpu.platform.interruptController(cpu);

  @BeforeEach
  void introduceTheGuest() {
    guest.writeMsr(HypervMsr.GUEST_OS_ID, 0x8100_0006_01c0_0000L);
    guest.writeMsr(HypervMsr.HYPERCALL, PAGE | 1);
  }

  private long call(long control, long input, long second) {
    cpu.gpr[Cpu.RCX] = control;
    cpu.gpr[Cpu.RDX] = input;
    cpu.gpr[8] = second;
    guest.run(VMCALL);
    return cpu.gpr[Cpu.RAX];
  }

  @Test
  void namesItself() {
    assertThat(guest.signature()).isEqualTo("Microsoft Hv");
    assertThat(guest.cpuid(0x4000_0001)[0]).isEqualTo(0x3123_7648);
    assertThat(guest.cpuid(0x8000_0007)[3]).as("invariant TSC").isZero();
  }

  @Test
  void hypercallPageHoldsTheCallAndAReturn() {
    assertThat(guest.memory.get32(PAGE)).isEqualTo(0xc3c1_010f);
    assertThat(guest.memory.get32(PAGE + 4)).isZero();
  }

  @Test
  void hypercallPageHasToBeRam() {
    assertThat(faults(() -> guest.writeMsr(HypervMsr.HYPERCALL, NOWHERE | 1))).isTrue();
    assertThat(faults(() -> guest.writeMsr(HypervMsr.HYPERCALL, -1))).isTrue();
    assertThat(guest.readMsr(HypervMsr.HYPERCALL)).isEqualTo(PAGE | 1);
  }

  @Test
  void anUnknownGuestHasNoHypercalls() {
    guest.writeMsr(HypervMsr.GUEST_OS_ID, 0);
    assertThat(guest.readMsr(HypervMsr.HYPERCALL)).isEqualTo(PAGE);
    guest.writeMsr(HypervMsr.HYPERCALL, PAGE | 1);
    assertThat(guest.readMsr(HypervMsr.HYPERCALL)).isEqualTo(PAGE);
    assertThat(cpu.platform.hypercall(cpu, false)).as("#UD").isFalse();
  }

  @Test
  void aLockedHypercallPageStays() {
    guest.writeMsr(HypervMsr.HYPERCALL, PAGE | 3);
    guest.writeMsr(HypervMsr.HYPERCALL, 0);
    assertThat(guest.readMsr(HypervMsr.HYPERCALL)).isEqualTo(PAGE | 3);
  }

  @Test
  void badHypercallsGetStatusCodes() {
    assertThat(call(0x7777, 0, 0)).isEqualTo(2);
    assertThat(call(0x7777 | 1L << 32, 0, 0)).isEqualTo(2);
    assertThat(call(2 | FAST, 0, 0)).as("input in registers").isEqualTo(3);
    assertThat(call(3, INPUT, 0)).as("no repetitions").isEqualTo(3);
    assertThat(call(2, INPUT + 4, 0)).as("unaligned").isEqualTo(4);
    assertThat(call(2, NOWHERE, 0)).as("no RAM").isEqualTo(5);
    assertThat(call(3 | 4L << 32, INPUT + 0xff0, 0)).as("across a page").isEqualTo(5);
    assertThat(call(0xb | FAST, 5, 1)).as("vector of an exception").isEqualTo(5);
  }

  @Test
  void userModeMayNotCall() {
    cpu.cpl = 3;
    assertThat(cpu.platform.hypercall(cpu, false)).isFalse();
  }

  @Test
  void flushesAndSpinWaitsSucceed() {
    guest.memory.put64(INPUT + 8, 1);
    assertThat(call(2, INPUT, 0)).isZero();
    assertThat(call(3 | 2L << 32, INPUT, 0)).as("repetitions done").isEqualTo(2L << 32);
    assertThat(call(8 | FAST, 100, 0)).isZero();
  }

  @Test
  void interruptsAreSentByMask() {
    assertThat(call(0xb | FAST, 0x51, 1)).isZero();
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x51);
  }

  @Test
  void referencePageAndCounterAgree() {
    guest.run("9090909090");
    guest.writeMsr(0x10, 1L << 55);
    guest.writeMsr(HypervMsr.REFERENCE_TSC, PAGE | 1);
    assertThat(guest.memory.get32(PAGE)).isNotZero();
    long scaled = Math.unsignedMultiplyHigh(guest.readMsr(0x10), guest.memory.get64(PAGE + 8));
    long time = scaled + guest.memory.get64(PAGE + 16);
    assertThat(time).isBetween(guest.readMsr(HypervMsr.TIME_REF_COUNT) - 1, guest.readMsr(HypervMsr.TIME_REF_COUNT));
  }

  @Test
  void pagesThatAreNoRamEndInFaultsOrNothing() {
    guest.writeMsr(HypervMsr.REFERENCE_TSC, NOWHERE | 1);
    for (int msr : new int[] {HypervMsr.VP_ASSIST_PAGE, HypervMsr.SIEFP, HypervMsr.SIMP}) {
      assertThat(faults(() -> guest.writeMsr(msr, NOWHERE | 1))).isTrue();
      guest.writeMsr(msr, NOWHERE);
      assertThat(guest.readMsr(msr)).isEqualTo(NOWHERE);
    }
  }

  @Test
  void readOnlyRegistersRefuseWritesAndWriteOnlyOnesReads() {
    for (int msr : new int[] {HypervMsr.VP_INDEX, HypervMsr.TIME_REF_COUNT, HypervMsr.TSC_FREQUENCY, HypervMsr.SVERSION}) {
      assertThat(faults(() -> guest.writeMsr(msr, 0))).isTrue();
    }
    assertThat(faults(() -> guest.readMsr(HypervMsr.EOI))).isTrue();
    assertThat(faults(() -> guest.readMsr(HypervMsr.EOM))).isTrue();
    assertThat(faults(() -> guest.writeMsr(HypervMsr.SINT0, 5))).as("vector of an exception").isTrue();
    assertThat(faults(() -> guest.writeMsr(HypervMsr.TPR, 0x100))).isTrue();
  }

  @Test
  void frequenciesAreTheMachines() {
    assertThat(guest.readMsr(HypervMsr.TSC_FREQUENCY)).isEqualTo(1_000_000_000);
    assertThat(guest.readMsr(HypervMsr.APIC_FREQUENCY)).isEqualTo(25_000_000);
  }

  @Test
  void onlyAReportedCrashEndsTheRun() {
    guest.writeMsr(HypervMsr.CRASH_P0, 0xdead);
    guest.writeMsr(HypervMsr.CRASH_CTL, 0);
    assertThat(guest.run("90")).isNotInstanceOf(ExitReason.GuestCrash.class);

    byte[] message = "first\nKernel panic\n".getBytes(StandardCharsets.US_ASCII);
    guest.memory.write(INPUT, message, 0, message.length);
    guest.writeMsr(HypervMsr.CRASH_P0 + 3, INPUT);
    guest.writeMsr(HypervMsr.CRASH_P4, message.length);
    // mov ecx, CRASH_CTL; mov edx, 3 << 30; wrmsr
    ExitReason reason = guest.run("b905010040 ba000000c0 31c0 0f30");
    assertThat(reason).isInstanceOf(ExitReason.GuestCrash.class);
    assertThat(reason.toString()).contains("0xdead").contains(": Kernel panic");
  }

  @Test
  void directTimerInterruptsAtItsReferenceTime() {
    guest.writeMsr(HypervMsr.STIMER0_CONFIG, 1 << 12 | 0x61 << 4 | 8);
    guest.writeMsr(HypervMsr.STIMER0_CONFIG + 1, 50);
    guest.machine.timers().fireDue(4_999);
    assertThat(interrupts.interruptPending()).isFalse();
    guest.machine.timers().fireDue(5_000);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x61);
    assertThat(guest.readMsr(HypervMsr.STIMER0_CONFIG) & 1).as("enabled").isZero();
  }

  @Test
  void messageTimerFillsItsSlotOnceUntilTheGuestEmptiesIt() {
    guest.writeMsr(HypervMsr.SCONTROL, 1);
    guest.writeMsr(HypervMsr.SIMP, INPUT | 1);
    guest.writeMsr(HypervMsr.SINT0 + 2, 0x62 | 1 << 17);
    guest.writeMsr(HypervMsr.STIMER0_CONFIG + 2, 2 << 16 | 2 | 8);
    guest.writeMsr(HypervMsr.STIMER0_CONFIG + 3, 10);
    long slot = INPUT + 2 * 256;

    guest.machine.timers().fireDue(1_000);
    assertThat(guest.memory.get32(slot)).isEqualTo(0x8000_0010);
    assertThat(guest.memory.get32(slot + 0x10)).as("timer").isEqualTo(1);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x62);

    guest.machine.timers().fireDue(2_000);
    assertThat(guest.memory.get8(slot + 5)).as("another waits").isEqualTo(1);
    guest.memory.put32(slot, 0);
    guest.writeMsr(HypervMsr.EOM, 0);
    assertThat(guest.memory.get64(slot + 0x18)).as("expiration").isEqualTo(20);
    assertThat(interrupts.acknowledgeInterrupt()).as("ended by itself").isEqualTo(0x62);
  }

  @Test
  void timersBeyondTheEndOfTimeNeverFire() {
    guest.writeMsr(HypervMsr.STIMER0_CONFIG, 1 << 12 | 0x61 << 4 | 2 | 8);
    for (long count : new long[] {-5, Long.MAX_VALUE, Long.MIN_VALUE}) {
      guest.writeMsr(HypervMsr.STIMER0_CONFIG + 1, count);
      guest.machine.timers().fireDue(1L << 40);
      assertThat(interrupts.interruptPending()).isFalse();
    }
  }
}
