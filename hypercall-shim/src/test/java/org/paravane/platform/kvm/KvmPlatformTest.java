package org.paravane.platform.kvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paravane.platform.testing.PlatformGuest.NOWHERE;
import static org.paravane.platform.testing.PlatformGuest.faults;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.EventDelivery.Activity;
import org.paravane.core.cpu.InterruptController;
import org.paravane.platform.testing.PlatformGuest;

class KvmPlatformTest {
  private static final int WALL_CLOCK = 0x4b56_4d00;
  private static final int SYSTEM_TIME = 0x4b56_4d01;
  private static final int ASYNC_PF = 0x4b56_4d02;
  private static final int STEAL_TIME = 0x4b56_4d03;
  private static final int PV_EOI = 0x4b56_4d04;
  private static final String VMCALL = "0f01c1";
  private static final String VMMCALL = "0f01d9";
  private static final long AT = 0x20_0000;

  private final PlatformGuest guest = PlatformGuest.on("kvm", 2);
  private final Cpu cpu = guest.cpu;

  @Test
  void namesItselfAndWhatItHas() {
    assertThat(guest.signature()).isEqualTo("KVMKVMKVM");
    assertThat(guest.cpuid(0x4000_0000)[0]).isEqualTo(0x4000_0001);
    assertThat(guest.cpuid(0x4000_0001)).containsExactly(KvmFeature.ALL, 0, 0, 0);
    assertThat(guest.cpuid(1)[2]).as("hypervisor bit").isNegative();
    assertThat(guest.cpuid(0x4000_0002)).containsExactly(0, 0, 0, 0);
  }

  @Test
  void clockComputedFromItsPageIsMachineTime() {
    guest.run("9090909090");
    guest.writeMsr(0x10, 5_000_000_000L);
    guest.writeMsr(SYSTEM_TIME, AT | 1);
    guest.run("9090909090");
    assertThat(systemTime()).isEqualTo(guest.machine.nanos());
    assertThat(guest.memory.get32(AT) & 1).as("version").isZero();
    assertThat(guest.memory.get8(AT + 0x1d)).as("flags").isEqualTo(1);
    assertThat(1_000_000L << 32 >>> 1)
        .as("kHz by mul and shift")
        .isEqualTo(1_000_000L * (guest.memory.get32(AT + 0x18) & 0xffff_ffffL));
  }

  @Test
  void clockFollowsTheGuestsTimeStampCounter() {
    guest.writeMsr(SYSTEM_TIME, AT | 1);
    int version = guest.memory.get32(AT);
    guest.writeMsr(0x10, 1L << 50);
    assertThat(systemTime()).isEqualTo(guest.machine.nanos());
    assertThat(guest.memory.get32(AT)).isEqualTo(version + 2);
  }

  private long systemTime() {
    long delta = cpu.msrs.timeStampCounter() - guest.memory.get64(AT + 0x08);
    long mul = guest.memory.get32(AT + 0x18) & 0xffff_ffffL;
    return guest.memory.get64(AT + 0x10) + ((delta << guest.memory.get8(AT + 0x1c)) * mul >>> 32);
  }

  @Test
  void oldNumbersAreTheSameRegisters() {
    guest.writeMsr(0x12, AT | 1);
    assertThat(guest.readMsr(SYSTEM_TIME)).isEqualTo(AT | 1);
    assertThat(systemTime()).isEqualTo(guest.machine.nanos());
    guest.writeMsr(0x11, AT + 0x40);
    assertThat(guest.readMsr(WALL_CLOCK)).isEqualTo(AT + 0x40);
    assertThat(guest.memory.get32(AT + 0x44)).isEqualTo(1_767_225_600);
  }

  @Test
  void wallClockIsTheStartOfTheRealTimeClock() {
    guest.memory.put32(AT, 7);
    guest.writeMsr(WALL_CLOCK, AT);
    assertThat(guest.memory.get32(AT)).isEqualTo(8);
    assertThat(guest.memory.get32(AT + 4)).isEqualTo(1_767_225_600);
    assertThat(guest.memory.get32(AT + 8)).isZero();
  }

  @Test
  void stealTimeIsZeroAndItsVersionEven() {
    guest.memory.put64(AT, 99);
    guest.writeMsr(STEAL_TIME, AT | 1);
    assertThat(guest.memory.get64(AT)).isZero();
    assertThat(guest.memory.get32(AT + 8)).isEqualTo(2);
  }

  @Test
  void addressesThatAreNoRamAreHarmless() {
    guest.writeMsr(WALL_CLOCK, NOWHERE);
    guest.writeMsr(SYSTEM_TIME, NOWHERE | 1);
    guest.writeMsr(SYSTEM_TIME, -1);
    guest.writeMsr(STEAL_TIME, NOWHERE | 1);
    guest.writeMsr(0x10, 1);
    assertThat(faults(() -> guest.writeMsr(PV_EOI, NOWHERE | 1))).isTrue();
    assertThat(guest.readMsr(STEAL_TIME)).isEqualTo(NOWHERE | 1);
  }

  @Test
  void reservedBitsAndWhatIsNotAdvertisedFault() {
    assertThat(faults(() -> guest.writeMsr(STEAL_TIME, AT | 2))).isTrue();
    assertThat(faults(() -> guest.writeMsr(PV_EOI, AT | 2))).isTrue();
    assertThat(faults(() -> guest.writeMsr(ASYNC_PF, AT | 1))).isTrue();
    assertThat(faults(() -> guest.readMsr(ASYNC_PF))).isTrue();
  }

  private void request(int vector) {
    guest.memory.busWrite(0xfee0_0300L, 4, 0x4_0000 | vector);
  }

  @Test
  void endOfInterruptInMemoryEndsTheInterrupt() {
    InterruptController interrupts = enabledInterrupts();
    request(0x50);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x50);
    assertThat(guest.memory.get32(AT)).isEqualTo(1);
    guest.memory.put32(AT, 0);
    request(0x40);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x40);
  }

  @Test
  void anInterruptThatWaitsTakesTheOfferBack() {
    InterruptController interrupts = enabledInterrupts();
    request(0x50);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x50);
    request(0x40);
    assertThat(guest.memory.get32(AT)).isZero();
    assertThat(interrupts.interruptPending()).isFalse();
    guest.memory.busWrite(0xfee0_00b0L, 4, 0);
    assertThat(interrupts.acknowledgeInterrupt()).isEqualTo(0x40);
  }

  private InterruptController enabledInterrupts() {
    guest.writeMsr(PV_EOI, AT | 1);
    return cpu.platform.interruptController(cpu);
  }

  private long call(long number, long... arguments) {
    int[] registers = {Cpu.RBX, Cpu.RCX, Cpu.RDX, Cpu.RSI};
    cpu.gpr[Cpu.RAX] = number;
    for (int i = 0; i < arguments.length; i++) {
      cpu.gpr[registers[i]] = arguments[i];
    }
    guest.run(VMCALL);
    return cpu.gpr[Cpu.RAX];
  }

  @Test
  void badHypercallsGetKvmsErrors() {
    assertThat(call(999)).isEqualTo(-1000);
    assertThat(call(-1L << 40)).isEqualTo(-1000);
    assertThat(call(9, NOWHERE, 0)).isEqualTo(-14);
    assertThat(call(9, -8, 0)).isEqualTo(-14);
    assertThat(call(9, AT, 1)).isEqualTo(-95);
    assertThat(call(10, 1, 0, 0, 0x4_0050)).isEqualTo(-22);
    assertThat(call(5, 0, -1)).isZero();
  }

  @Test
  void vmmcallDoesTheSame() {
    cpu.gpr[Cpu.RAX] = 999;
    guest.run(VMMCALL);
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(-1000);
  }

  @Test
  void userModeMayNotCall() {
    cpu.gpr[Cpu.RAX] = 1;
    cpu.cpl = 3;
    assertThat(cpu.platform.hypercall(cpu, false)).isTrue();
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(-1);
  }

  @Test
  void clockPairingNamesTheTimeOfDayAtATimeStamp() {
    guest.run("9090909090");
    assertThat(call(9, AT, 0)).isZero();
    assertThat(guest.memory.get64(AT)).isEqualTo(1_767_225_600L);
    assertThat(guest.memory.get64(AT + 8)).isEqualTo(guest.memory.get64(AT + 16)).isPositive();
  }

  @Test
  void aKickEndsTheNextHaltOfARunningProcessor() {
    cpu.gpr[Cpu.RAX] = 5;
    cpu.gpr[Cpu.RCX] = 0;
    // vmcall; hlt; mov ebx, 7
    guest.run(VMCALL + "f4 bb07000000");
    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(7);
    cpu.events.activity(Activity.HALTED);
    assertThat(cpu.events.activity()).isEqualTo(Activity.HALTED);
    cpu.events.kick();
    assertThat(cpu.events.activity()).isEqualTo(Activity.RUNNING);
  }

  @Test
  void sendIpiCountsWhoGotIt() {
    assertThat(call(10, 0b101, 0, 0, 0x50)).isEqualTo(1);
    assertThat(cpu.platform.interruptController(cpu).acknowledgeInterrupt()).isEqualTo(0x50);
  }
}
