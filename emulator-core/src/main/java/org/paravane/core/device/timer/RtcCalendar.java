package org.paravane.core.device.timer;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The time-of-day bytes of an MC146818 and their coding: BCD or binary, 12 or 24 hours, as register B chooses. The
 * bytes are indexed by register number: 0 seconds, 2 minutes, 4 hours, 6 weekday, 7 day, 8 month, 9 year, 32h century.
 */
final class RtcCalendar {
  static final int SECONDS = 0;
  static final int MINUTES = 2;
  static final int HOURS = 4;
  static final int WEEKDAY = 6;
  static final int DAY = 7;
  static final int MONTH = 8;
  static final int YEAR = 9;
  static final int CENTURY = 0x32;

  private static final int REGISTER_B_BINARY = 0x04;
  private static final int REGISTER_B_24_HOURS = 0x02;
  private static final int AFTERNOON = 0x80;

  private RtcCalendar() {}

  /** Tells whether a register holds a part of the time. */
  static boolean isTime(int register) {
    return switch (register) {
      case SECONDS, MINUTES, HOURS, WEEKDAY, DAY, MONTH, YEAR, CENTURY -> true;
      default -> false;
    };
  }

  /** One time register at an instant. {@code weekdayShift} days are added to the true weekday. */
  static int field(int register, long epochSeconds, int registerB, int weekdayShift) {
    LocalDateTime time = LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC);
    return switch (register) {
      case SECONDS -> encode(time.getSecond(), registerB);
      case MINUTES -> encode(time.getMinute(), registerB);
      case HOURS -> encodeHour(time.getHour(), registerB);
      case WEEKDAY ->
          encode((trueWeekday(time.toLocalDate()) - 1 + weekdayShift) % 7 + 1, registerB);
      case DAY -> encode(time.getDayOfMonth(), registerB);
      case MONTH -> encode(time.getMonthValue(), registerB);
      case YEAR -> encode(Math.floorMod(time.getYear(), 100), registerB);
      default -> encode(Math.floorMod(time.getYear() / 100, 100), registerB);
    };
  }

  /** The instant that the time registers say; fields out of range carry into the next one. */
  static long epochSeconds(byte[] registers, int registerB) {
    int century = decode(registers[CENTURY] & 0xff, registerB);
    int year = decode(registers[YEAR] & 0xff, registerB);
    LocalDate date =
        LocalDate.of(100 * century + year, 1, 1)
            .plusMonths(decode(registers[MONTH] & 0xff, registerB) - 1L)
            .plusDays(decode(registers[DAY] & 0xff, registerB) - 1L);
    return date.toEpochDay() * 86_400
        + decodeHour(registers[HOURS] & 0xff, registerB) * 3_600L
        + decode(registers[MINUTES] & 0xff, registerB) * 60L
        + decode(registers[SECONDS] & 0xff, registerB);
  }

  /** How many days the weekday register is ahead of the true weekday at an instant. */
  static int weekdayShift(int weekdayRegister, long epochSeconds, int registerB) {
    int said = decode(weekdayRegister, registerB);
    return Math.floorMod(
        said - trueWeekday(LocalDate.ofEpochDay(Math.floorDiv(epochSeconds, 86_400L))), 7);
  }

  /**
   * The first second after an instant at which the alarm registers match; an alarm byte of C0h or more matches any
   * value. {@link Long#MAX_VALUE} if no time of day matches.
   */
  static long nextAlarm(byte[] registers, long afterEpochSeconds, int registerB) {
    int second = alarm(registers[SECONDS + 1] & 0xff, registerB, false);
    int minute = alarm(registers[MINUTES + 1] & 0xff, registerB, false);
    int hour = alarm(registers[HOURS + 1] & 0xff, registerB, true);
    if (second > 59 || minute > 59 || hour > 23) {
      return Long.MAX_VALUE;
    }
    long candidate = afterEpochSeconds + 1;
    while (true) {
      long ofDay = Math.floorMod(candidate, 86_400L);
      if (hour >= 0 && ofDay / 3_600 != hour) {
        candidate += 3_600 - ofDay % 3_600;
      } else if (minute >= 0 && ofDay / 60 % 60 != minute) {
        candidate += 60 - ofDay % 60;
      } else if (second >= 0 && ofDay % 60 != second) {
        candidate++;
      } else {
        return candidate;
      }
    }
  }

  private static int alarm(int value, int registerB, boolean hour) {
    if (value >= 0xc0) {
      return -1;
    }
    return hour ? decodeHour(value, registerB) : decode(value, registerB);
  }

  /** Sunday is 1. */
  private static int trueWeekday(LocalDate date) {
    return date.getDayOfWeek().getValue() % 7 + 1;
  }

  private static int encode(int value, int registerB) {
    return (registerB & REGISTER_B_BINARY) != 0 ? value : value / 10 << 4 | value % 10;
  }

  private static int decode(int value, int registerB) {
    return (registerB & REGISTER_B_BINARY) != 0 ? value : (value >> 4) * 10 + (value & 15);
  }

  private static int encodeHour(int hour, int registerB) {
    if ((registerB & REGISTER_B_24_HOURS) != 0) {
      return encode(hour, registerB);
    }
    return encode((hour + 11) % 12 + 1, registerB) | (hour >= 12 ? AFTERNOON : 0);
  }

  private static int decodeHour(int value, int registerB) {
    if ((registerB & REGISTER_B_24_HOURS) != 0) {
      return decode(value, registerB);
    }
    return decode(value & ~AFTERNOON, registerB) % 12 + ((value & AFTERNOON) != 0 ? 12 : 0);
  }
}
