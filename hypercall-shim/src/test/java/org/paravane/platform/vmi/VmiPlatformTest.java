package org.paravane.platform.vmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.PlatformGuest;

class VmiPlatformTest {
  private static final int GET_RELOC = (int) VmiRom.ADDRESS + 0x88;
  private static final String STACK = "bc 00 80 00 00";

  private final PlatformGuest guest = PlatformGuest.on32("vmi");

  private static String little(int value) {
    return "%08x".formatted(Integer.reverseBytes(value));
  }

  /** mov eax, edx and ecx; mov ebx, target; call ebx. */
  private static String call(int target, int eax, int edx, int ecx) {
    return STACK
        + "b8"
        + little(eax)
        + "ba"
        + little(edx)
        + "b9"
        + little(ecx)
        + "bb"
        + little(target)
        + "ffd3";
  }

  private int function(VmiCall call) {
    assertThat(guest.run(call(GET_RELOC, call.number, 0, 0))).isInstanceOf(ExitReason.Halted.class);
    assertThat(guest.cpu.get32(Cpu.RDX)).isEqualTo(VmiCall.Relocation.CALL_REL.ordinal());
    return guest.cpu.get32(Cpu.RAX);
  }

  private int run(VmiCall call, int eax, int edx, int ecx) {
    assertThat(guest.run(call(function(call), eax, edx, ecx)))
        .isInstanceOf(ExitReason.Halted.class);
    return guest.cpu.get32(Cpu.RAX);
  }

  private int rom(int offset, int sizeBytes) {
    return (int) guest.memory.busRead(VmiRom.ADDRESS + offset, sizeBytes);
  }

  @Test
  void romHasWhatKernelsLookFor() {
    assertThat(rom(0, 2)).isEqualTo(0xaa55);
    assertThat(rom(8, 4)).isEqualTo(0x696d_5663);
    assertThat(rom(0xd, 1)).isEqualTo(3);
    assertThat(rom(rom(0x16, 2), 4)).isEqualTo(0x004c_5047);
    assertThat(rom(rom(0x18, 2), 4)).isEqualTo(0x5249_4350);
    assertThat(IntStream.range(0, 512 * rom(2, 1)).map(i -> rom(i, 1)).sum() & 0xff).isZero();
  }

  @Test
  void romCanNotBeWritten() {
    guest.memory.busWrite(VmiRom.ADDRESS, 4, 0);
    assertThat(rom(0, 2)).isEqualTo(0xaa55);
  }

  @ParameterizedTest
  @ValueSource(ints = {49, 60, 72, 74, 255, 0x1_0003, -1})
  void callsThatDoNotExistHaveNoRelocation(int number) {
    guest.run(call(GET_RELOC, number, 7, 7));
    assertThat(guest.cpu.get32(Cpu.RDX)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, VmiPlatform.MAGIC | 49, VmiPlatform.MAGIC | 200, VmiPlatform.MAGIC | 1 << 31})
  void vmcallOutsideTheInterfaceIsUndefined(int ebx) {
    assertThat(guest.run("bb" + little(ebx) + "0f01c1")).isInstanceOf(ExitReason.TripleFault.class);
  }

  @Test
  void badArgumentsFaultAsTheInstructionDoes() {
    int setCr0 = function(VmiCall.SET_CR0);
    assertThat(guest.run(call(setCr0, 0x8000_0000, 0, 0)))
        .isInstanceOf(ExitReason.TripleFault.class);
  }

  @Test
  void debugRegisterNineIsUndefined() {
    int setDr = function(VmiCall.SET_DR);
    assertThat(guest.run(call(setDr, 9, 0, 0))).isInstanceOf(ExitReason.TripleFault.class);
  }

  @Test
  void entriesAreStoredWhereTheyBelong() {
    run(VmiCall.SET_PXE, 0x1234_5067, 0x9000, 1);
    run(VmiCall.WRITE_IDT_ENTRY, 0x9100, 2, 0x55);
    assertThat(guest.memory.get32(0x9000)).isEqualTo(0x1234_5067);
    assertThat(guest.memory.get32(0x9110)).isEqualTo(0x55);
  }

  @Test
  void cancellingTellsWhetherTheAlarmWasArmed() {
    int set = function(VmiCall.SET_ALARM);
    int cancel = function(VmiCall.CANCEL_ALARM);
    assertThat(run(VmiCall.CANCEL_ALARM, 0, 0, 0)).isZero();
    guest.run(call(set, 0, 0, 1) + call(cancel, 0, 0, 0));
    assertThat(guest.cpu.get32(Cpu.RAX)).isEqualTo(1);
    guest.run(call(set, 0, 1, 0) + "f4");
    assertThat(run(VmiCall.CANCEL_ALARM, 0, 0, 0)).isZero();
    guest.run(call(set, 2, 0, 1) + call(cancel, 2, 0, 0));
    assertThat(guest.cpu.get32(Cpu.RAX)).isZero();
  }

  @Test
  void alarmCenturiesAwayStaysArmed() {
    int set = function(VmiCall.SET_ALARM);
    assertThat(guest.run(call(set, 0x100, -1, -1))).isInstanceOf(ExitReason.Halted.class);
    assertThat(run(VmiCall.CANCEL_ALARM, 0, 0, 0)).isEqualTo(1);
  }

  @Test
  void cyclesAreCountedAtTheirRate() {
    assertThat(run(VmiCall.GET_CYCLE_FREQUENCY, 0, 0, 0)).isEqualTo(1_000_000_000);
    int before = run(VmiCall.GET_CYCLE_COUNTER, 0, 0, 0);
    assertThat(run(VmiCall.GET_CYCLE_COUNTER, 1, 0, 0)).isGreaterThan(before);
    assertThat(run(VmiCall.GET_CYCLE_COUNTER, 2, 0, 0)).isZero();
    assertThat(run(VmiCall.GET_CYCLE_COUNTER, 99, 0, 0)).isZero();
  }

  @Test
  void startupIpiStartsAProcessorInTheStateNamedForIt() {
    PlatformGuest pair = PlatformGuest.on("vmi", 2);
    Cpu second = pair.machine.cpu(1);
    long state = 0x4_0000;
    pair.memory.put64(0x4_0210, 0x00cf_9b00_0000_ffffL);
    pair.memory.put64(0x4_0218, 0x00cf_9300_0000_ffffL);
    pair.memory.put32(state, 0x11);
    pair.memory.put32(state + 0x18, 0x4_0300);
    pair.memory.put32(state + 0x1c, 2);
    pair.memory.put32(state + 0x20, 0x1234_5678);
    pair.memory.put64(state + 0x40, 0x0018_0018_0018_0010L);
    pair.memory.put32(state + 0x48, 0x0018_0018);
    pair.memory.put32(state + 0x4c, 0x1f << 16);
    pair.memory.put32(state + 0x50, 0x4_0200);
    pair.memory.put16(0x4_0300, 0xf440);
    ApState states = new ApState(second);
    states.read(pair.cpu, (int) state);
    states.startup(0x55);
    pair.machine.run(100);
    assertThat(second.get32(Cpu.RAX)).isEqualTo(0x1234_5679);
    assertThat(second.rip()).isEqualTo(0x4_0302);
  }

  @Test
  void shutdownAndRebootEndTheMachine() {
    int shutdown = function(VmiCall.SHUTDOWN);
    assertThat(guest.run(call(shutdown, 0, 0, 0)))
        .isEqualTo(new ExitReason.PowerOff("VMI Shutdown"));
    int reboot = function(VmiCall.REBOOT);
    assertThat(guest.run(call(reboot, 1, 0, 0)))
        .isEqualTo(new ExitReason.Reset("VMI Reboot, hard"));
  }
}
