package org.paravane.core.device.power;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.device.RecordingMachine;
import org.paravane.core.device.pci.PciHost;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;

class ResetPortsTest {
  private final RecordingMachine machine = new RecordingMachine();
  private final PortBus ports = new PortBus();

  @BeforeEach
  void attach() {
    new ResetControl(machine).attach(ports);
    new SystemControlPortA(machine).attach(ports);
    new PciHost().attach(ports);
  }

  @Test
  void portCf9ResetsWithBit2() {
    ports.write(0xcf9, 1, 0x02);
    assertThat(machine.reasons()).isEmpty();
    assertThat(ports.read(0xcf9, 1)).isEqualTo(0x02);
    ports.write(0xcf9, 1, ResetControl.RESET_VALUE);
    assertThat(machine.reasons()).containsExactly(new ExitReason.Reset("port CF9h"));
  }

  @Test
  void aDwordAtCf8IsAPciAddressAndNoReset() {
    ports.write(0xcf8, 4, 0x8000_0600);
    assertThat(machine.reasons()).isEmpty();
    assertThat(ports.read(0xcf8, 4)).isEqualTo(0x8000_0600);
  }

  @Test
  void port92ResetsWithBit0AndShowsA20Open() {
    assertThat(ports.read(0x92, 1)).isEqualTo(0x02);
    ports.write(0x92, 1, 0x00);
    assertThat(ports.read(0x92, 1)).isEqualTo(0x02);
    assertThat(machine.reasons()).isEmpty();
    ports.write(0x92, 1, 0x03);
    assertThat(machine.reasons()).containsExactly(new ExitReason.Reset("port 92h"));
  }
}
