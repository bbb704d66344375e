package org.paravane.core.device.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.device.ManualClock;
import org.paravane.core.device.RecordingLine;
import org.paravane.core.io.PortBus;

class Uart16550Test {
  private static final int IER = 0x3f9;
  private static final int IIR = 0x3fa;
  private static final int FCR = 0x3fa;
  private static final int LCR = 0x3fb;
  private static final int MCR = 0x3fc;
  private static final int LSR = 0x3fd;
  private static final int MSR = 0x3fe;
  private static final int DATA = 0x3f8;
  private static final long CHARACTER_NANOS = 86_805;

  private final ManualClock clock = new ManualClock();
  private final RecordingLine line = new RecordingLine();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final Uart16550 uart = new Uart16550(clock, clock.timers(), line, sent::write);
  private final PortBus ports = new PortBus();

  @BeforeEach
  void programAs115200EightBits() {
    uart.attach(ports, Uart16550.COM1);
    write(LCR, 0x83);
    write(DATA, 1);
    write(IER, 0);
    write(LCR, 0x03);
  }

  @Test
  void sendsCharactersAndIsAlwaysReadyForMore() {
    for (byte character : "Linux".getBytes(StandardCharsets.US_ASCII)) {
      assertThat(read(LSR)).isEqualTo(0x60);
      write(DATA, character);
    }
    assertThat(sent).hasToString("Linux");
  }

  @Test
  void answersTheAutoconfigurationOfLinuxAsA16550A() {
    write(IER, 0);
    assertThat(read(IER)).isZero();
    write(IER, 0x0f);
    assertThat(read(IER)).isEqualTo(0x0f);
    write(IER, 0);
    write(LCR, 0xbf);
    write(FCR, 0);
    write(LCR, 0);
    write(FCR, 1);
    assertThat(read(IIR)).isEqualTo(0xc1);
    write(FCR, 0);
    assertThat(read(IIR)).isEqualTo(0x01);
    assertThat(read(MSR)).isEqualTo(0xb0);
  }

  @Test
  void passesTheTransmitterEmptyTestOfLinuxTwice() {
    write(IER, 0x02);
    assertThat(read(IIR)).isEqualTo(0x02);
    write(IER, 0x00);
    write(IER, 0x02);
    assertThat(read(IIR)).isEqualTo(0x02);
    write(IER, 0x00);
    assertThat(read(IIR)).isEqualTo(0x01);
  }

  @Test
  void readingItsIdentificationEndsTheTransmitterEmptyInterrupt() {
    write(MCR, 0x0b);
    write(IER, 0x02);
    assertThat(line.asserted()).isTrue();
    assertThat(read(IIR)).isEqualTo(0x02);
    assertThat(line.asserted()).isFalse();
    assertThat(read(IIR)).isEqualTo(0x01);
    write(DATA, 'x');
    assertThat(line.asserted()).isTrue();
  }

  @Test
  void rewritingTheSameInterruptEnableRaisesNothing() {
    write(IER, 0x02);
    read(IIR);
    write(IER, 0x02);
    assertThat(read(IIR)).isEqualTo(0x01);
  }

  @Test
  void out2GatesTheInterruptLine() {
    write(IER, 0x02);
    assertThat(line.asserted()).isFalse();
    write(MCR, 0x08);
    assertThat(line.asserted()).isTrue();
    write(MCR, 0x03);
    assertThat(line.asserted()).isFalse();
  }

  @Test
  void identificationTellsTheMostUrgentSource() {
    write(MCR, 0x0b);
    write(IER, 0x0f);
    uart.receiveBreak();
    clock.advance(CHARACTER_NANOS);
    assertThat(read(IIR)).isEqualTo(0x06);
    assertThat(read(LSR)).isEqualTo(0x79);
    assertThat(read(IIR)).isEqualTo(0x04);
    assertThat(read(DATA)).isZero();
    assertThat(read(IIR)).isEqualTo(0x02);
    assertThat(read(IIR)).isEqualTo(0x01);
  }

  @Test
  void withoutFifosEachCharacterInterrupts() {
    write(MCR, 0x0b);
    write(IER, 0x01);
    receive("ab");
    clock.advance(0);
    assertThat(line.asserted()).isTrue();
    assertThat(read(IIR)).isEqualTo(0x04);
    assertThat(read(DATA)).isEqualTo('a');
    assertThat(line.asserted()).isFalse();
    clock.advance(CHARACTER_NANOS);
    assertThat(read(DATA)).isEqualTo('b');
  }

  @ParameterizedTest
  @CsvSource({"0x01,1", "0x41,4", "0x81,8", "0xc1,14"})
  void fifoInterruptsAtItsTriggerLevel(String fifoControl, int level) {
    write(MCR, 0x0b);
    write(FCR, Integer.decode(fifoControl));
    write(IER, 0x01);
    receive("0123456789abcdefgh");
    clock.advance(level * CHARACTER_NANOS - 1);
    assertThat(line.asserted()).isFalse();
    clock.advance(2);
    assertThat(line.asserted()).isTrue();
    assertThat(read(IIR)).isEqualTo(0xc4);
  }

  @Test
  void aShortMessageInterruptsAfterFourCharacterTimes() {
    write(MCR, 0x0b);
    write(FCR, 0x81);
    write(IER, 0x01);
    receive("ok");
    clock.advance(6 * CHARACTER_NANOS - 1);
    assertThat(line.asserted()).isFalse();
    clock.advance(1);
    assertThat(line.asserted()).isTrue();
    assertThat(read(IIR)).isEqualTo(0xcc);
    assertThat(read(DATA)).isEqualTo('o');
    assertThat(line.asserted()).isFalse();
    clock.advance(4 * CHARACTER_NANOS);
    assertThat(read(IIR)).isEqualTo(0xcc);
    assertThat(read(DATA)).isEqualTo('k');
    assertThat(read(LSR)).isEqualTo(0x60);
  }

  @Test
  void noCharacterIsLostWhenTheGuestIsSlow() {
    write(MCR, 0x03);
    write(FCR, 0x01);
    String text = "x".repeat(500) + "y".repeat(500);
    receive(text);
    clock.advance(1_000_000_000);
    assertThat(drain(1000)).isEqualTo(text);
  }

  @Test
  void fifoResetReturnsCharactersToTheSender() {
    write(MCR, 0x03);
    write(FCR, 0x01);
    receive("hello");
    clock.advance(3 * CHARACTER_NANOS);
    write(FCR, 0x07);
    assertThat(read(LSR) & 0x01).isZero();
    assertThat(drain(5)).isEqualTo("hello");
  }

  @Test
  void nothingArrivesWhileTheGuestHoldsRtsBack() {
    write(MCR, 0x01);
    receive("a");
    clock.advance(1_000_000_000);
    assertThat(read(LSR)).isEqualTo(0x60);
    write(MCR, 0x03);
    clock.advance(0);
    assertThat(read(DATA)).isEqualTo('a');
  }

  @Test
  void charactersArriveBeforeModemControlIsEverWritten() {
    receive("a");
    clock.advance(0);
    assertThat(read(DATA)).isEqualTo('a');
  }

  @Test
  void aFullQueueRefusesCharacters() {
    write(MCR, 0);
    for (int i = 0; i < 1 << 20; i++) {
      uart.receive((byte) i);
    }
    assertThat(uart.receive((byte) 1)).isFalse();
    assertThat(uart.receiveBreak()).isFalse();
  }

  @Test
  void loopbackReturnsCharactersAndOverrunsAfterSixteen() {
    write(FCR, 0x01);
    write(MCR, 0x10);
    for (int i = 0; i < 16; i++) {
      write(DATA, i);
    }
    assertThat(read(LSR)).isEqualTo(0x61);
    write(DATA, 16);
    assertThat(read(LSR)).isEqualTo(0x63);
    assertThat(read(LSR)).isEqualTo(0x61);
    assertThat(read(DATA)).isZero();
    assertThat(sent.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0x11,0x20", "0x12,0x10", "0x14,0x40", "0x18,0x80", "0x1a,0x90"})
  void loopbackShowsModemOutputsAsInputs(String modemControl, String modemStatus) {
    write(MCR, 0x10);
    read(MSR);
    write(MCR, Integer.decode(modemControl));
    assertThat(read(MSR) & 0xf0).isEqualTo(Integer.decode(modemStatus));
  }

  @Test
  void modemStatusRemembersChangesUntilRead() {
    write(MCR, 0x10);
    assertThat(read(MSR)).isEqualTo(0x0b);
    assertThat(read(MSR)).isZero();
  }

  @Test
  void scratchAndDivisorReadBack() {
    write(0x3ff, 0x5a);
    assertThat(read(0x3ff)).isEqualTo(0x5a);
    write(LCR, 0x83);
    write(DATA, 0x0c);
    write(IER, 0x01);
    assertThat(ports.read(DATA, 2)).isEqualTo(0x010c);
    assertThat(read(LCR)).isEqualTo(0x83);
  }

  private String drain(int count) {
    StringBuilder text = new StringBuilder();
    while (text.length() < count) {
      clock.advance(CHARACTER_NANOS);
      if ((read(LSR) & 0x01) == 0) {
        break;
      }
      text.append((char) read(DATA));
    }
    return text.toString();
  }

  private void receive(String text) {
    for (byte character : text.getBytes(StandardCharsets.US_ASCII)) {
      assertThat(uart.receive(character)).isTrue();
    }
  }

  private int read(int port) {
    return ports.read(port, 1);
  }

  private void write(int port, int value) {
    ports.write(port, 1, value);
  }
}
