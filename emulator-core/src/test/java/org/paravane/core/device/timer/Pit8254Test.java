package org.paravane.core.device.timer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.device.ManualClock;
import org.paravane.core.device.RecordingLine;
import org.paravane.core.io.PortBus;

class Pit8254Test {
  private final ManualClock clock = new ManualClock();
  private final RecordingLine line = new RecordingLine();
  private final Pit8254 pit = new Pit8254(clock, clock.timers(), line);
  private final PortBus ports = new PortBus();
  private long tick;

  @BeforeEach
  void attach() {
    pit.attach(ports);
    new SystemControlPortB(clock, pit).attach(ports);
  }

  @Test
  void rateGeneratorTicksAtTheProgrammedRateWithoutDrift() {
    program(0, 0x34, 4773);
    clock.advance(10_000_000_000L);
    assertThat(line.rises()).isEqualTo((int) (1_193_182L * 10 / 4773));
  }

  @Test
  void squareWaveTicksOncePerPeriod() {
    program(0, 0x36, 0);
    clock.advance(1_000_000_000);
    assertThat(line.rises()).isEqualTo(18);
  }

  @Test
  void firmwarePresetRunsAt18Hz() {
    pit.presetFirmware();
    clock.advance(1_000_000_000);
    assertThat(line.rises()).isEqualTo(18);
  }

  @Test
  void terminalCountRaisesTheLineOnceAndCountsOn() {
    program(0, 0x30, 1000);
    ticks(1000);
    assertThat(line.asserted()).isFalse();
    ticks(1);
    assertThat(line.asserted()).isTrue();
    ticks(10);
    assertThat(counter(0)).isEqualTo(0x10000 - 10);
    assertThat(line.rises()).isEqualTo(1);
  }

  @Test
  void softwareStrobeRaisesTheLineAfterOneClockLow() {
    program(0, 0x38, 100);
    ticks(101);
    assertThat(status(0) & 0x80).isZero();
    ticks(1);
    assertThat(status(0) & 0x80).isEqualTo(0x80);
    assertThat(line.rises()).isEqualTo(1);
    ticks(0x20000);
    assertThat(line.rises()).isEqualTo(1);
  }

  @Test
  void ticksMissedWhileTheProcessorWasLateMergeIntoOne() {
    program(0, 0x34, 1000);
    clock.advanceLate(10_000_000);
    clock.timers().fireDue(clock.nanos());
    assertThat(line.rises()).isEqualTo(1);
    assertThat(clock.timers().nextDeadlineNanos()).isGreaterThan(clock.nanos());
  }

  @Test
  void anExpiredTickIsNotLostByReprogramming() {
    program(0, 0x30, 10);
    clock.advanceLate(1_000_000);
    write(0x43, 0x30);
    assertThat(line.rises()).isEqualTo(1);
    assertThat(line.asserted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0x30,1000", "0x34,1000", "0x38,1000"})
  void countersCountDownByOne(String control, int count) {
    program(0, Integer.decode(control), count);
    assertThat(counter(0)).isEqualTo(count);
    ticks(1);
    assertThat(counter(0)).isEqualTo(count);
    ticks(300);
    assertThat(counter(0)).isEqualTo(count - 300);
  }

  @Test
  void squareWaveCountsDownByTwoInEachHalf() {
    program(0, 0x36, 1001);
    ticks(1 + 100);
    assertThat(counter(0)).isEqualTo(1000 - 200);
    assertThat(status(0) & 0x80).isEqualTo(0x80);
    ticks(401);
    assertThat(counter(0)).isEqualTo(1000);
    assertThat(status(0) & 0x80).isZero();
  }

  @Test
  void bcdCountersCountInDecimal() {
    program(0, 0x31, 0x1000);
    ticks(1 + 1);
    assertThat(counter(0)).isEqualTo(0x0999);
    ticks(1000);
    assertThat(counter(0)).isEqualTo(0x9999);
  }

  @Test
  void latchedCountStaysUntilRead() {
    program(0, 0x34, 1000);
    ticks(11);
    write(0x43, 0x00);
    ticks(100);
    assertThat(ports.read(0x40, 1) | ports.read(0x40, 1) << 8).isEqualTo(990);
    assertThat(ports.read(0x40, 1) | ports.read(0x40, 1) << 8).isEqualTo(890);
  }

  @Test
  void readBackGivesStatusBeforeCount() {
    program(0, 0x34, 1000);
    ticks(11);
    write(0x43, 0xc2);
    assertThat(ports.read(0x40, 1)).isEqualTo(0xb4);
    assertThat(ports.read(0x40, 1) | ports.read(0x40, 1) << 8).isEqualTo(990);
  }

  @Test
  void nullCountIsSetUntilTheCountIsLoaded() {
    program(0, 0x34, 1000);
    assertThat(status(0) & 0x40).isEqualTo(0x40);
    ticks(1);
    assertThat(status(0) & 0x40).isZero();
    write(0x40, 500 & 0xff);
    write(0x40, 500 >> 8);
    assertThat(status(0) & 0x40).isEqualTo(0x40);
    ticks(1000);
    assertThat(status(0) & 0x40).isZero();
  }

  @Test
  void newRateTakesEffectAtTheEndOfThePeriod() {
    program(0, 0x34, 1000);
    ticks(501);
    write(0x40, 100);
    write(0x40, 0);
    ticks(499);
    assertThat(line.rises()).isZero();
    ticks(1);
    assertThat(line.rises()).isEqualTo(1);
    ticks(300);
    assertThat(line.rises()).isEqualTo(4);
  }

  @Test
  void singleByteAccessLoadsTheOtherHalfWithZero() {
    write(0x43, 0x24);
    write(0x40, 0x02);
    ticks(1 + 2);
    assertThat(ports.read(0x40, 1)).isEqualTo(0x01);
    write(0x43, 0x00);
    assertThat(ports.read(0x40, 1)).isEqualTo(0x01);
  }

  @Test
  void gateOfChannel2StopsTerminalCount() {
    write(0x61, 0x01);
    program(2, 0xb0, 1000);
    ticks(101);
    write(0x61, 0x00);
    ticks(5000);
    assertThat(counter(2)).isEqualTo(900);
    write(0x61, 0x01);
    ticks(899);
    assertThat(ports.read(0x61, 1) & 0x20).isZero();
    ticks(1);
    assertThat(ports.read(0x61, 1) & 0x20).isEqualTo(0x20);
  }

  @Test
  void gateRestartsTheRateGenerator() {
    write(0x61, 0x01);
    program(2, 0xb4, 1000);
    ticks(501);
    write(0x61, 0x00);
    ticks(10);
    assertThat(counter(2)).isEqualTo(500);
    write(0x61, 0x01);
    ticks(1);
    assertThat(counter(2)).isEqualTo(1000);
  }

  @Test
  void oneShotStartsAtTheGateAndCanBeRetriggered() {
    program(2, 0xb2, 1000);
    assertThat(ports.read(0x61, 1) & 0x20).isEqualTo(0x20);
    write(0x61, 0x01);
    ticks(1);
    assertThat(ports.read(0x61, 1) & 0x20).isZero();
    ticks(900);
    write(0x61, 0x00);
    write(0x61, 0x01);
    ticks(900);
    assertThat(ports.read(0x61, 1) & 0x20).isZero();
    ticks(101);
    assertThat(ports.read(0x61, 1) & 0x20).isEqualTo(0x20);
  }

  @Test
  void hardwareStrobeIsLowForOneClock() {
    program(2, 0xba, 50);
    write(0x61, 0x01);
    ticks(51);
    assertThat(ports.read(0x61, 1) & 0x20).isZero();
    ticks(1);
    assertThat(ports.read(0x61, 1) & 0x20).isEqualTo(0x20);
  }

  @Test
  void port61KeepsItsSpeakerBitsAndTogglesRefresh() {
    write(0x61, 0x0e);
    assertThat(ports.read(0x61, 1) & 0x0f).isEqualTo(0x0e);
    int before = ports.read(0x61, 1) & 0x10;
    clock.advance(15_085);
    assertThat(ports.read(0x61, 1) & 0x10).isNotEqualTo(before);
  }

  private void program(int channel, int control, int count) {
    write(0x43, control);
    write(0x40 + channel, count & 0xff);
    write(0x40 + channel, count >> 8 & 0xff);
  }

  private int counter(int channel) {
    write(0x43, channel << 6);
    return ports.read(0x40 + channel, 1) | ports.read(0x40 + channel, 1) << 8;
  }

  private int status(int channel) {
    write(0x43, 0xe0 | 2 << channel);
    return ports.read(0x40 + channel, 1);
  }

  private void ticks(long count) {
    tick += count;
    clock.advance(Pit8254.INPUT_CLOCK.nanosAtTick(tick) - clock.nanos());
  }

  private void write(int port, int value) {
    ports.write(port, 1, value);
  }
}
