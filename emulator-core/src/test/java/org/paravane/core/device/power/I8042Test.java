package org.paravane.core.device.power;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.device.RecordingLine;
import org.paravane.core.device.RecordingMachine;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;

class I8042Test {
  private static final int OUTPUT_FULL = 0x01;
  private static final int INPUT_FULL = 0x02;

  private final RecordingLine keyboard = new RecordingLine();
  private final RecordingLine mouse = new RecordingLine();
  private final RecordingMachine machine = new RecordingMachine();
  private final PortBus ports = new PortBus();

  @BeforeEach
  void attach() {
    new I8042(keyboard, mouse, machine).attach(ports);
  }

  @Test
  void isReadyForCommandsAndHasNothingToSay() {
    assertThat(status() & (OUTPUT_FULL | INPUT_FULL)).isZero();
  }

  @Test
  void selfTestPasses() {
    command(0xaa);
    assertThat(status() & OUTPUT_FULL).isEqualTo(OUTPUT_FULL);
    assertThat(data()).isEqualTo(0x55);
    assertThat(status() & OUTPUT_FULL).isZero();
  }

  @Test
  void commandByteReadsBackAndFollowsTheDisableCommands() {
    command(0x60);
    write(0x44);
    command(0x20);
    assertThat(data()).isEqualTo(0x44);
    command(0xad);
    command(0xa7);
    command(0x20);
    assertThat(data()).isEqualTo(0x74);
  }

  @Test
  void anAbsentKeyboardTimesOutAtOnce() {
    command(0x60);
    write(0x01);
    write(0xf2);
    assertThat(status() & 0x61).isEqualTo(0x41);
    assertThat(keyboard.asserted()).isTrue();
    assertThat(data()).isEqualTo(0xfe);
    assertThat(keyboard.asserted()).isFalse();
  }

  @Test
  void anAbsentMouseTimesOutAtOnce() {
    command(0x60);
    write(0x02);
    command(0xd4);
    write(0xf2);
    assertThat(status() & 0x61).isEqualTo(0x61);
    assertThat(mouse.asserted()).isTrue();
    assertThat(keyboard.asserted()).isFalse();
    assertThat(data()).isEqualTo(0xfe);
  }

  @Test
  void loopCommandsReturnTheByte() {
    command(0xd3);
    write(0x5a);
    assertThat(status() & 0x21).isEqualTo(0x21);
    assertThat(data()).isEqualTo(0x5a);
    command(0xd2);
    write(0xa5);
    assertThat(status() & 0x21).isEqualTo(0x01);
    assertThat(data()).isEqualTo(0xa5);
  }

  @Test
  void outputPortShowsA20Open() {
    command(0xd1);
    write(0xdd);
    command(0xd0);
    assertThat(data() & 0x03).isEqualTo(0x03);
    assertThat(machine.reasons()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0xfe, 0xf0})
  void pulsingTheResetLineResets(int command) {
    command(command);
    assertThat(machine.reasons()).containsExactly(new ExitReason.Reset("keyboard controller"));
  }

  @Test
  void pulsingOtherLinesDoesNothing() {
    command(0xff);
    assertThat(machine.reasons()).isEmpty();
  }

  @Test
  void outputPortWithoutBit0Resets() {
    command(0xd1);
    write(0xfe);
    assertThat(machine.reasons()).containsExactly(new ExitReason.Reset("keyboard controller"));
  }

  private int status() {
    return ports.read(0x64, 1);
  }

  private int data() {
    return ports.read(0x60, 1);
  }

  private void command(int command) {
    ports.write(0x64, 1, command);
  }

  private void write(int value) {
    ports.write(0x60, 1, value);
  }
}
