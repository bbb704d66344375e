package org.paravane.platform.lguest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.boot.placement.BootException;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.testing.PlatformGuest;

class LguestPlatformTest {
  private static final int DATA = 0x3000;
  private static final int TEXT = 0x4000;
  private static final int DIRECTORY = 0x5000;

  private final PlatformGuest guest = PlatformGuest.on32("lguest");

  private static String little(int value) {
    return "%08x".formatted(Integer.reverseBytes(value));
  }

  private static String call(int number, int ebx, int ecx, int edx) {
    return "b8"
        + little(number)
        + "bb"
        + little(ebx)
        + "b9"
        + little(ecx)
        + "ba"
        + little(edx)
        + "cd1f";
  }

  private ExitReason afterInit(String code) {
    return guest.run(call(1, DATA, 0, 0) + code);
  }

  private void text(String value) {
    byte[] bytes = (value + "\0").getBytes(StandardCharsets.US_ASCII);
    guest.memory.write(TEXT, bytes, 0, bytes.length);
  }

  private static ExitReason crash(String how) {
    return new ExitReason.GuestCrash("lguest: " + how);
  }

  @Test
  void entersTheKernelAtRingOneWithItsParameters() {
    assertThat(guest.cpu.cpl).isEqualTo(1);
    assertThat(guest.memory.get32(0x23c)).isEqualTo(1);
    assertThat(guest.memory.get32(0x228)).isEqualTo(0x1000);
    assertThat(guest.memory.get64(0x2d8)).isEqualTo(16 << 20);
  }

  @Test
  void initTellsReservedMemoryAndTheRateOfTheTsc() {
    afterInit("");
    assertThat(guest.memory.get32(DATA + 0x558)).isEqualTo(4 << 20);
    assertThat(guest.memory.get32(DATA + 0x55c)).isEqualTo(1_000_000);
  }

  @Test
  void firstHypercallMustBeInit() {
    assertThat(guest.run(call(99, 0, 0, 0))).isEqualTo(crash("hypercall 99 before INIT"));
  }

  @Test
  void initNeedsMemory() {
    assertThat(guest.run(call(1, -16, 0, 0))).isEqualTo(crash("bad guest page 0xfffffff0"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1  | 0x3000     | 0      | 0      | already have lguest_data
          13 | 0          | 0      | 0      | bad hypercall 13
          -1 | 0          | 0      | 0      | bad hypercall -1
          4  | -1         | 0      | 0      | bad page directory 0xffffffff
          6  | 256        | 0      | 0      | setting idt entry 256
          6  | -1         | 0      | 0      | setting idt entry -1
          6  | 14         | 0      | 0x8500 | bad IDT type 5 for vector 14
          7  | 0x68       | 0      | 0      | bad stack segment 104
          7  | 0x69       | 0      | 3      | bad stack pages 3
          16 | 0x10000ff8 | 0      | 0      | bad address 0x10000ff8
          17 | -1         | 0      | 0      | notify of a device that does not exist at 0xffffffff
          18 | 32         | 0      | 0      | too many gdt entries 32
          """)
  void badArgumentsEndTheGuest(String number, String ebx, String ecx, String edx, String how) {
    int[] values = new int[] {decode(number), decode(ebx), decode(ecx), decode(edx)};
    assertThat(afterInit(call(values[0], values[1], values[2], values[3]))).isEqualTo(crash(how));
  }

  private static int decode(String number) {
    return Integer.decode(number);
  }

  @Test
  void largePagesAreNoPageTables() {
    guest.memory.put32(DIRECTORY, 0x83);
    assertThat(afterInit(call(4, DIRECTORY, 0, 0)))
        .isInstanceOfSatisfying(
            ExitReason.GuestCrash.class,
            end -> assertThat(end.how()).contains("bad page table entry"));
  }

  @Test
  void missingStackEndsTheGuest() {
    String stack = "bc" + little(0x8000_0004);
    assertThat(afterInit(call(6, 6, 0x0061_0000, 0x8e00) + stack + "0f0b"))
        .isInstanceOfSatisfying(
            ExitReason.GuestCrash.class, end -> assertThat(end.how()).contains("bad stack"));
  }

  @Test
  void unhandledTrapEndsTheGuest() {
    assertThat(afterInit("0f0b"))
        .isInstanceOfSatisfying(
            ExitReason.GuestCrash.class, end -> assertThat(end.how()).contains("unhandled trap 6"));
  }

  @Test
  void portsReadAsOnes() {
    afterInit("31c0 e460");
    assertThat(guest.cpu.get32(Cpu.RAX)).isEqualTo(0xff);
  }

  @Test
  void powerDownIsNoCrash() {
    text("Power down");
    assertThat(afterInit(call(2, TEXT, 1, 0)))
        .isEqualTo(new ExitReason.PowerOff("lguest SHUTDOWN: Power down"));
  }

  @Test
  void panicIsACrash() {
    text("Attempted to kill init!");
    assertThat(afterInit(call(2, TEXT, 1, 0))).isEqualTo(crash("Attempted to kill init!"));
  }

  @Test
  void restartIsAReset() {
    text("Restarting system");
    assertThat(afterInit(call(2, TEXT, 2, 0)))
        .isEqualTo(new ExitReason.Reset("lguest SHUTDOWN: Restarting system"));
  }

  @Test
  void takesNo64BitKernel() {
    assertThatThrownBy(() -> PlatformGuest.on("lguest", 1))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("32-bit ELF");
  }
}
