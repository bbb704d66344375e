package org.paravane.core.device.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.device.ManualClock;
import org.paravane.core.device.RecordingLine;
import org.paravane.core.io.PortBus;

class CmosRtcTest {
  private static final long SECOND = 1_000_000_000;

  private final ManualClock clock = new ManualClock();
  private final RecordingLine line = new RecordingLine();
  private final CmosRtc rtc =
      new CmosRtc(
          clock, clock.timers(), Instant.parse("2024-02-29T23:59:58Z").getEpochSecond(), line);
  private final PortBus ports = new PortBus();

  @BeforeEach
  void attach() {
    rtc.attach(ports);
  }

  @Test
  void tellsTheStartInstantInBcd() {
    assertThat(time()).containsExactly(0x58, 0x59, 0x23, 0x05, 0x29, 0x02, 0x24, 0x20);
  }

  @Test
  void carriesIntoTheNextMonth() {
    clock.advance(2 * SECOND);
    assertThat(time()).containsExactly(0x00, 0x00, 0x00, 0x06, 0x01, 0x03, 0x24, 0x20);
  }

  @ParameterizedTest
  @CsvSource({"0x02,0x23", "0x06,23", "0x00,0x91", "0x04,0x8b"})
  void hoursFollowTheFormOfRegisterB(String registerB, String hour) {
    write(0x0b, Integer.decode(registerB));
    assertThat(read(0x04)).isEqualTo(Integer.decode(hour));
  }

  @ParameterizedTest
  @CsvSource({"0x12,0", "0x01,1", "0x92,12", "0x81,13"})
  void twelveHourFormHasNoHourZero(String register, int hour) {
    write(0x0b, 0x80);
    write(0x04, Integer.decode(register));
    write(0x0b, 0x00);
    write(0x0b, 0x06);
    assertThat(read(0x04)).isEqualTo(hour);
  }

  @Test
  void updateInProgressWarnsBeforeEachSecondEnds() {
    assertThat(read(0x0a)).isEqualTo(0x26);
    clock.advance(SECOND - 244_000);
    assertThat(read(0x0a)).isEqualTo(0xa6);
    clock.advance(244_000);
    assertThat(read(0x0a)).isEqualTo(0x26);
    assertThat(read(0x00)).isEqualTo(0x59);
  }

  @Test
  void setStopsTheClockAndTakesNewTimeWithoutMovingThePhase() {
    clock.advance(SECOND / 2);
    write(0x0b, 0x82);
    int[] bytes = {0x30, 0x15, 0x12, 0x02, 0x25, 0x12, 0x99, 0x19};
    int[] registers = {0, 2, 4, 6, 7, 8, 9, 0x32};
    for (int i = 0; i < bytes.length; i++) {
      write(registers[i], bytes[i]);
    }
    clock.advance(5 * SECOND);
    assertThat(time()).containsExactly(bytes);
    write(0x0b, 0x02);
    assertThat(time()).containsExactly(bytes);
    clock.advance(SECOND / 2);
    assertThat(read(0x00)).isEqualTo(0x31);
  }

  @Test
  void theWeekdayIsWhatWasSet() {
    write(0x06, 0x03);
    assertThat(read(0x06)).isEqualTo(0x03);
    clock.advance(2 * SECOND);
    assertThat(read(0x06)).isEqualTo(0x04);
  }

  @Test
  void firstSecondAfterDividerResetLastsHalfASecond() {
    write(0x0a, 0x76);
    clock.advance(10 * SECOND);
    write(0x0a, 0x26);
    assertThat(read(0x00)).isEqualTo(0x58);
    clock.advance(SECOND / 2);
    assertThat(read(0x00)).isEqualTo(0x59);
  }

  @Test
  void impossibleDatesCarryInsteadOfFailing() {
    write(0x0b, 0x82);
    write(0x08, 0xff);
    write(0x07, 0x00);
    write(0x09, 0xff);
    write(0x32, 0xff);
    write(0x0b, 0x02);
    assertThat(read(0x00)).isEqualTo(0x58);
  }

  @Test
  void periodicInterruptComesAtItsRateOnceAcknowledged() {
    write(0x0b, 0x42);
    clock.advance(976_563);
    assertThat(line.asserted()).isTrue();
    clock.advance(SECOND);
    assertThat(line.rises()).isEqualTo(1);
    assertThat(read(0x0c)).isEqualTo(0xd0);
    assertThat(line.asserted()).isFalse();
    for (int i = 0; i < 10; i++) {
      clock.advance(976_563);
      read(0x0c);
    }
    assertThat(line.rises()).isEqualTo(11);
  }

  @Test
  void fastRateCodesOneAndTwoAreSlow() {
    write(0x0a, 0x21);
    read(0x0c);
    clock.advance(SECOND / 256 - 1000);
    assertThat(read(0x0c) & 0x40).isZero();
    clock.advance(2000);
    assertThat(read(0x0c) & 0x40).isEqualTo(0x40);
  }

  @Test
  void updateInterruptComesEachSecond() {
    write(0x0b, 0x12);
    clock.advance(SECOND);
    assertThat(line.asserted()).isTrue();
    assertThat(read(0x0c) & 0x90).isEqualTo(0x90);
    clock.advance(SECOND - 1);
    assertThat(line.asserted()).isFalse();
    clock.advance(1);
    assertThat(line.asserted()).isTrue();
  }

  @Test
  void settingClearsTheUpdateInterruptEnable() {
    write(0x0b, 0x92);
    assertThat(read(0x0b)).isEqualTo(0x82);
  }

  @Test
  void alarmComesAtItsTime() {
    alarm(0x00, 0x00, 0x00);
    clock.advance(2 * SECOND - 1);
    assertThat(line.asserted()).isFalse();
    clock.advance(1);
    assertThat(line.asserted()).isTrue();
    assertThat(read(0x0c) & 0xa0).isEqualTo(0xa0);
  }

  @Test
  void wildAlarmBytesMatchEveryValue() {
    alarm(0x30, 0xc0, 0xff);
    clock.advance(32 * SECOND);
    assertThat(read(0x0c) & 0x20).isEqualTo(0x20);
    clock.advance(59 * SECOND);
    assertThat(read(0x0c) & 0x20).isZero();
    clock.advance(SECOND);
    assertThat(read(0x0c) & 0x20).isEqualTo(0x20);
  }

  @Test
  void impossibleAlarmNeverComes() {
    alarm(0x75, 0x00, 0x00);
    clock.advance(200_000 * SECOND);
    assertThat(read(0x0c) & 0x20).isZero();
  }

  @Test
  void flagsAreSetWithoutInterruptEnables() {
    clock.advance(3 * SECOND);
    assertThat(read(0x0c)).isEqualTo(0x70);
    assertThat(read(0x0c)).isZero();
    assertThat(clock.timers().nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void memorySizeStandsWhereFirmwareLeavesIt() {
    rtc.memorySize(512L << 20, 0);
    assertThat(read(0x15) | read(0x16) << 8).isEqualTo(640);
    assertThat(read(0x17) | read(0x18) << 8).isEqualTo(0xffff);
    assertThat(read(0x34) | read(0x35) << 8).isEqualTo(496 << 4);
  }

  @Test
  void memoryKeepsItsBytesAndPort70TheNmiMask() {
    write(0x8f, 0x0a);
    assertThat(rtc.nmiMasked()).isTrue();
    assertThat(read(0x0f)).isEqualTo(0x0a);
    assertThat(rtc.nmiMasked()).isFalse();
    assertThat(rtc.nvram(0x0f)).isEqualTo(0x0a);
    assertThat(read(0x0d)).isEqualTo(0x80);
  }

  @Test
  void extendedMemoryIsApartFromTheFirstBank() {
    ports.write(0x72, 1, 0x0f);
    ports.write(0x73, 1, 0x55);
    assertThat(ports.read(0x73, 1)).isEqualTo(0x55);
    assertThat(read(0x0f)).isZero();
  }

  private void alarm(int second, int minute, int hour) {
    write(0x01, second);
    write(0x03, minute);
    write(0x05, hour);
    read(0x0c);
    write(0x0b, 0x22);
  }

  private int[] time() {
    return new int[] {read(0), read(2), read(4), read(6), read(7), read(8), read(9), read(0x32)};
  }

  private int read(int register) {
    ports.write(0x70, 1, register);
    return ports.read(0x71, 1);
  }

  private void write(int register, int value) {
    ports.write(0x70, 1, register);
    ports.write(0x71, 1, value);
  }
}
