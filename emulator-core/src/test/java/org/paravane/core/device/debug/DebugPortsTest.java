package org.paravane.core.device.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.paravane.core.device.RecordingMachine;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;

class DebugPortsTest {
  private final RecordingMachine machine = new RecordingMachine();
  private final PortBus ports = new PortBus();

  @Test
  void debugExitEndsTheRunWithTheWholeValue() {
    new DebugExit(machine).attach(ports);
    ports.write(0xf4, 4, 0x1234_5678);
    ports.write(0xf4, 1, 0x10);
    assertThat(machine.reasons())
        .containsExactly(new ExitReason.DebugExit(0x1234_5678), new ExitReason.DebugExit(0x10));
  }

  @Test
  void debugConsolePassesCharactersAndShowsItself() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    new DebugConsole(text::write).attach(ports);
    ports.write(0xe9, 1, 'o');
    ports.write(0xe9, 1, 'k');
    assertThat(text).hasToString("ok");
    assertThat(ports.read(0xe9, 1)).isEqualTo(0xe9);
  }

  @Test
  void postCodeKeepsTheLastOne() {
    PostCode postCode = new PostCode();
    postCode.attach(ports);
    ports.write(0x80, 1, 0x11);
    ports.write(0x80, 1, 0xa5);
    assertThat(postCode.lastCode()).isEqualTo(0xa5);
    assertThat(ports.read(0x80, 1)).isEqualTo(0xa5);
  }

  @Test
  void pvpanicReportsAPanicAndNothingElse() {
    new Pvpanic(machine).attach(ports);
    assertThat(ports.read(0x505, 1)).isEqualTo(0x01);
    ports.write(0x505, 1, 0x02);
    assertThat(machine.reasons()).isEmpty();
    ports.write(0x505, 1, 0x01);
    assertThat(machine.reasons()).containsExactly(new ExitReason.GuestCrash("pvpanic"));
  }
}
