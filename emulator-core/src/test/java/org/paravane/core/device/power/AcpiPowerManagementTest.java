package org.paravane.core.device.power;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.device.ManualClock;
import org.paravane.core.device.RecordingLine;
import org.paravane.core.device.RecordingMachine;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;

class AcpiPowerManagementTest {
  private final ManualClock clock = new ManualClock();
  private final RecordingLine sci = new RecordingLine();
  private final RecordingMachine machine = new RecordingMachine();
  private final AcpiPowerManagement acpi =
      new AcpiPowerManagement(clock, clock.timers(), sci, machine);
  private final PortBus ports = new PortBus();

  @BeforeEach
  void attach() {
    acpi.attach(ports);
  }

  @Test
  void smiCommandSwitchesAcpiOnAndOff() {
    assertThat(ports.read(0x604, 2)).isZero();
    ports.write(0xb2, 1, AcpiPowerManagement.ACPI_ENABLE);
    assertThat(ports.read(0x604, 2)).isEqualTo(1);
    ports.write(0xb2, 1, AcpiPowerManagement.ACPI_DISABLE);
    assertThat(ports.read(0x604, 2)).isZero();
  }

  @Test
  void sleepTypeFiveSwitchesOff() {
    ports.write(0x604, 2, 5 << 10);
    assertThat(machine.reasons()).isEmpty();
    ports.write(0x604, 2, 5 << 10 | 1 << 13);
    assertThat(machine.reasons()).containsExactly(new ExitReason.PowerOff("ACPI S5"));
    assertThat(ports.read(0x604, 2)).isEqualTo(5 << 10);
  }

  @Test
  void otherSleepTypesDoNothing() {
    ports.write(0x604, 2, 1 << 10 | 1 << 13);
    assertThat(machine.reasons()).isEmpty();
  }

  @Test
  void pmTimerCountsAtItsFrequency() {
    clock.advance(10_000_000_000L);
    assertThat(ports.read(0x608, 4)).isEqualTo(35_795_450);
    assertThat(ports.read(0x60a, 2)).isEqualTo(35_795_450 >> 16);
  }

  @Test
  void pmTimerWrapsAt32Bits() {
    clock.advance(1_200_000_000_000L);
    assertThat(ports.read(0x608, 4)).isEqualTo((int) (3_579_545L * 1200));
  }

  @Test
  void halfTheTimersRangeSetsItsStatusAndInterrupts() {
    ports.write(0xb2, 1, AcpiPowerManagement.ACPI_ENABLE);
    ports.write(0x602, 2, 0x0001);
    clock.advance(599_000_000_000L);
    assertThat(sci.asserted()).isFalse();
    clock.advance(2_000_000_000L);
    assertThat(sci.asserted()).isTrue();
    assertThat(ports.read(0x600, 2)).isEqualTo(0x0001);
    ports.write(0x600, 2, 0x0001);
    assertThat(sci.asserted()).isFalse();
    clock.advance(600_000_000_000L);
    assertThat(sci.rises()).isEqualTo(2);
  }

  @Test
  void thePowerButtonInterruptsAGuestThatListens() {
    acpi.pressPowerButton();
    assertThat(sci.asserted()).isFalse();
    ports.write(0xb2, 1, AcpiPowerManagement.ACPI_ENABLE);
    ports.write(0x602, 2, 0x0120);
    assertThat(sci.asserted()).isTrue();
    assertThat(ports.read(0x600, 4)).isEqualTo(0x0120_0100);
    ports.write(0x600, 2, 0x0100);
    assertThat(sci.asserted()).isFalse();
    assertThat(ports.read(0x600, 2)).isZero();
  }
}
