package org.paravane.core.device.interrupt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.io.PortBus;

class LocalApicTest {
  private final ApicMachine machine = new ApicMachine();
  private final LocalApic apic = machine.apics[0];

  @Test
  void resetStateIsThatOfTheManual() {
    assertThat(machine.read(1, 0x20)).isEqualTo(0x0100_0000);
    assertThat(machine.read(0, 0x30)).isEqualTo(0x5_0014);
    assertThat(machine.read(0, 0xf0)).isEqualTo(0xff);
    assertThat(machine.read(0, 0xe0)).isEqualTo(-1);
    for (int offset = 0x320; offset <= 0x370; offset += 0x10) {
      assertThat(machine.read(0, offset)).isEqualTo(0x1_0000);
    }
    assertThat(apic.readMsr(0x1b)).isEqualTo(0xfee0_0900L);
    assertThat(machine.apics[1].readMsr(0x1b)).isEqualTo(0xfee0_0800L);
  }

  @ParameterizedTest
  @CsvSource({
    "0x000040a1,0x02000000,0x4",
    "0x000040a1,0xff000000,0xf",
    "0x000048a1,0x05000000,0x5",
    "0x000048a1,0xff000000,0xf",
    "0x000440a1,0x00000000,0x1",
    "0x000840a1,0x00000000,0xf",
    "0x000c40a1,0x00000000,0xe",
    "0x000049a1,0x0c000000,0x4",
    "0x000040a1,0x09000000,0x0"
  })
  void commandsReachTheirDestinations(String low, String high, String takers) {
    machine.enabled();
    machine.write(0, 0x310, (int) (long) Long.decode(high));
    machine.write(0, 0x300, Integer.decode(low));
    assertThat(machine.takers(0xa1)).isEqualTo(Integer.decode(takers));
  }

  @Test
  void clusterModelMatchesClusterAndMember() {
    machine.enabled();
    for (int id = 0; id < 4; id++) {
      machine.write(id, 0xe0, 0x0fff_ffff);
      machine.write(id, 0xd0, (id >> 1) << 28 | 1 << 24 + (id & 1));
    }
    machine.write(0, 0x310, 0x1300_0000);
    machine.write(0, 0x300, 0x48a1);
    assertThat(machine.takers(0xa1)).isEqualTo(0xc);
    machine.write(0, 0x310, 0xf100_0000);
    machine.write(0, 0x300, 0x48a1);
    assertThat(machine.takers(0xa1)).isEqualTo(0x5);
  }

  @Test
  void lowestPriorityGoesToTheLeastBusyProcessor() {
    machine.enabled();
    machine.write(0, 0x80, 0x20);
    machine.write(1, 0x80, 0x10);
    machine.write(0, 0x310, 0x0300_0000);
    machine.write(0, 0x300, 0x49a1);
    assertThat(machine.takers(0xa1)).isEqualTo(0x2);
  }

  @Test
  void initAndStartupWakeAnotherProcessor() {
    machine.enabled();
    machine.write(0, 0x310, 0x0100_0000);
    machine.write(0, 0x300, 0xc500);
    machine.write(0, 0x300, 0x8500);
    machine.write(0, 0x300, 0x469a);
    assertThat(machine.processors[1].events()).containsExactly("init", "startup 154");
    assertThat(machine.processors[2].events()).isEmpty();
    assertThat(machine.read(1, 0xf0)).isEqualTo(0xff);
  }

  @Test
  void nmiReachesASoftwareDisabledProcessor() {
    machine.write(0, 0x300, 0xc4400);
    assertThat(machine.processors[3].events()).containsExactly("nmi");
    assertThat(machine.processors[0].events()).isEmpty();
  }

  @Test
  void fixedInterruptsNeedASoftwareEnabledApic() {
    machine.write(0, 0x300, 0x440a1);
    assertThat(apic.interruptPending()).isFalse();
  }

  @Test
  void moreUrgentClassesNestAndOthersWait() {
    machine.enabled();
    selfIpi(0x51);
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0x51);
    selfIpi(0x5f);
    assertThat(apic.interruptPending()).isFalse();
    selfIpi(0x61);
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0x61);
    assertThat(machine.read(0, 0xa0)).isEqualTo(0x60);
    assertThat(machine.read(0, 0x120)).isEqualTo(0x2_0000);
    machine.write(0, 0xb0, 0);
    assertThat(apic.interruptPending()).isFalse();
    machine.write(0, 0xb0, 0);
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0x5f);
  }

  @Test
  void taskPriorityHoldsItsClassAndLowerOnesBack() {
    machine.enabled();
    apic.taskPriorityClass(5);
    assertThat(machine.read(0, 0x80)).isEqualTo(0x50);
    selfIpi(0x5f);
    assertThat(apic.interruptPending()).isFalse();
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(-1);
    int before = machine.processors[0].requests();
    apic.taskPriorityClass(4);
    assertThat(apic.interruptPending()).isTrue();
    assertThat(machine.processors[0].requests()).isGreaterThan(before);
  }

  @Test
  void requestsShowInTheirRegisters() {
    machine.enabled();
    selfIpi(0x21);
    selfIpi(0xff);
    assertThat(machine.read(0, 0x210)).isEqualTo(2);
    assertThat(machine.read(0, 0x270)).isEqualTo(0x8000_0000);
  }

  @Test
  void illegalVectorsAreErrors() {
    machine.enabled();
    machine.write(0, 0x370, 0xfe);
    machine.write(0, 0x300, 0x4400f);
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0xfe);
    assertThat(machine.read(0, 0x280)).isZero();
    machine.write(0, 0x280, 0);
    assertThat(machine.read(0, 0x280)).isEqualTo(0x20);
    machine.write(0, 0x280, 0);
    assertThat(machine.read(0, 0x280)).isZero();
  }

  @Test
  void missingRegistersAreErrors() {
    assertThat(machine.read(0, 0x3a0)).isZero();
    machine.write(0, 0x280, 0);
    assertThat(machine.read(0, 0x280)).isEqualTo(0x80);
  }

  @Test
  void softwareDisablingMasksTheLocalVectors() {
    machine.enabled();
    machine.write(0, 0x350, 0x700);
    machine.write(0, 0xf0, 0xff);
    assertThat(machine.read(0, 0x350)).isEqualTo(0x1_0700);
    machine.write(0, 0x320, 0xec);
    assertThat(machine.read(0, 0x320)).isEqualTo(0x1_00ec);
  }

  @Test
  void virtualWirePassesThe8259Interrupts() {
    initialisePic();
    machine.isa.line(4).set(true);
    assertThat(apic.interruptPending()).isFalse();
    apic.presetVirtualWire();
    assertThat(apic.interruptPending()).isTrue();
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0x34);
    assertThat(apic.interruptPending()).isFalse();
  }

  @Test
  void theHardwareDisabledApicIsTransparent() {
    initialisePic();
    assertThat(apic.writeMsr(0x1b, 0xfee0_0100L)).isTrue();
    assertThat(apic.memoryMapped()).isFalse();
    machine.isa.line(0).set(true);
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0x30);
    apic.lint1(true);
    assertThat(machine.processors[0].events()).containsExactly("nmi");
  }

  @Test
  void lint1DeliversItsNmiOnce() {
    apic.presetVirtualWire();
    apic.lint1(true);
    apic.lint1(true);
    assertThat(machine.processors[0].events()).containsExactly("nmi");
  }

  @Test
  void fixedModeLint0DeliversItsOwnVector() {
    machine.enabled();
    initialisePic();
    machine.write(0, 0x350, 0x31);
    machine.isa.line(0).set(true);
    assertThat(apic.acknowledgeInterrupt()).isEqualTo(0x31);
  }

  @Test
  void movingTheBaseIsReported() {
    long[] seen = new long[1];
    apic.onModeChange(() -> seen[0] = apic.baseGpa());
    assertThat(apic.writeMsr(0x1b, 0xfed0_0900L)).isTrue();
    assertThat(seen[0]).isEqualTo(0xfed0_0000L);
    assertThat(apic.writeMsr(0x1b, 0xfed0_0901L)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0x800,0xc00,true",
    "0x800,0x400,false",
    "0xc00,0x800,false",
    "0xc00,0x400,false",
    "0xc00,0,true",
    "0,0xc00,false",
    "0,0x800,true"
  })
  void modeChangesAreThoseOfTheManual(String from, String to, boolean allowed) {
    int start = Integer.decode(from);
    apic.writeMsr(0x1b, 0xfee0_0100L | (start == 0 ? 0 : 0x800));
    apic.writeMsr(0x1b, 0xfee0_0100L | start);
    assertThat(apic.writeMsr(0x1b, 0xfee0_0100L | Integer.decode(to))).isEqualTo(allowed);
    assertThat(apic.readMsr(0x1b)).isEqualTo(0xfee0_0100L | (allowed ? Integer.decode(to) : start));
  }

  @Test
  void x2ApicRegistersAreMsrs() {
    assertThat(apic.msrReadable(0x802)).isFalse();
    machine.x2Apic();
    assertThat(machine.apics[3].readMsr(0x802)).isEqualTo(3);
    assertThat(machine.apics[3].readMsr(0x80d)).isEqualTo(8);
    assertThat(machine.apics[3].memoryMapped()).isFalse();
    assertThat(apic.writeMsr(0x808, 0x30)).isTrue();
    assertThat(apic.taskPriorityClass()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"0x80b", "0x80e", "0x831", "0x83f", "0x800", "0x82f", "0x83a"})
  void unreadableX2ApicRegistersFault(String msr) {
    machine.x2Apic();
    assertThat(apic.msrReadable(Integer.decode(msr))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0x802,0",
    "0x80b,1",
    "0x80d,0",
    "0x80e,0",
    "0x828,1",
    "0x808,0x100",
    "0x80f,0x1000",
    "0x830,0x2000",
    "0x831,0",
    "0x839,0",
    "0x832,0x80000",
    "0x838,0x100000000",
    "0x83f,0x100"
  })
  void illegalX2ApicWritesFault(String msr, String value) {
    machine.x2Apic();
    assertThat(apic.writeMsr(Integer.decode(msr), Long.decode(value))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0x00000002000000a1,0x4",
    "0xffffffff000000a1,0xf",
    "0x00000005000008a1,0x5",
    "0x00010005000008a1,0x0",
    "0x00000000000400a1,0x1",
    "0x00000000000c00a1,0xe"
  })
  void x2ApicCommandsReachTheirDestinations(String command, String takers) {
    machine.x2Apic();
    long value = Long.parseUnsignedLong(command.substring(2), 16);
    assertThat(apic.writeMsr(0x830, value)).isTrue();
    assertThat(apic.readMsr(0x830)).isEqualTo(value);
    assertThat(machine.takers(0xa1)).isEqualTo(Integer.decode(takers));
  }

  @Test
  void selfIpiRegisterInterruptsItsOwnProcessor() {
    machine.x2Apic();
    apic.writeMsr(0x83f, 0xa1);
    assertThat(machine.takers(0xa1)).isEqualTo(1);
  }

  @Test
  void messageSignalledInterruptsReachTheirDestination() {
    machine.enabled();
    machine.bus.send(InterruptMessage.ofMessageSignalled(0xfee0_2000L, 0x40a1));
    assertThat(machine.takers(0xa1)).isEqualTo(4);
    machine.bus.send(InterruptMessage.ofMessageSignalled(0xfee0_3004L, 0x40a1));
    assertThat(machine.takers(0xa1)).isEqualTo(3);
  }

  private void initialisePic() {
    PortBus ports = new PortBus();
    machine.pic.attach(ports);
    ports.write(0x20, 1, 0x11);
    ports.write(0x21, 1, 0x30);
    ports.write(0x21, 1, 0x04);
    ports.write(0x21, 1, 0x01);
  }

  private void selfIpi(int vector) {
    machine.write(0, 0x300, 0x44000 | vector);
  }
}
