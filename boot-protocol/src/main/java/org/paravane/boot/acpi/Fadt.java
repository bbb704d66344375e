package org.paravane.boot.acpi;

import java.nio.ByteBuffer;

/**
 * The FADT's contents behind the common header. Source: ACPI 6.5 table 5.9.
 *
 * <pre>
 * 024 FIRMWARE_CTRL 4   028 DSDT 4   02e SCI_INT 2   038 PM1a_EVT 4   040 PM1a_CNT 4   04c PM_TMR 4
 * 050 GPE0 4   058 lengths of the blocks   06c CENTURY 1   06d IAPC_BOOT_ARCH 2   070 Flags 4   074 RESET_REG 12
 * 080 RESET_VALUE 1   083 minor version 1   08c X_DSDT 8   094 X_PM1a_EVT 12   0ac X_PM1a_CNT 12
 * 0d0 X_PM_TMR 12   10c hypervisor 8
 * </pre>
 */
final class Fadt {
  /** Size of the table with its header. */
  static final int BYTES = 276;

  /** Table revision: ACPI 6. */
  static final int REVISION = 6;

  private static final int MINOR_REVISION = 5;
  private static final int FLAG_WBINVD = 1;
  private static final int FLAG_C1 = 1 << 2;
  private static final int FLAG_NO_POWER_BUTTON = 1 << 4;
  private static final int FLAG_NO_SLEEP_BUTTON = 1 << 5;
  private static final int FLAG_NO_FIXED_RTC = 1 << 6;
  private static final int FLAG_TIMER_32_BITS = 1 << 8;
  private static final int FLAG_RESET_REGISTER = 1 << 10;
  private static final int FLAG_PLATFORM_CLOCK = 1 << 15;
  private static final int BOOT_LEGACY_DEVICES = 1;
  private static final int BOOT_8042 = 1 << 1;
  private static final int BOOT_NO_VGA = 1 << 2;
  private static final int BOOT_NO_CMOS_CLOCK = 1 << 5;
  private static final int CMOS_CENTURY = 0x32;

  private Fadt() {}

  /** Fills a table of {@link #BYTES} zeros, little-endian. */
  static void fill(ByteBuffer table, AcpiConfig config, long facs, long dsdt) {
    table.putInt(40, (int) dsdt);
    table.putLong(140, dsdt);
    table.put(131, (byte) MINOR_REVISION);
    int flags = FLAG_WBINVD | FLAG_C1;
    int boot = BOOT_NO_VGA;
    if (config.cmosClock()) {
      table.put(108, (byte) CMOS_CENTURY);
    } else {
      boot |= BOOT_NO_CMOS_CLOCK;
    }
    if (config.keyboardController()) {
      boot |= BOOT_8042;
    }
    if (config.reset().isPresent()) {
      flags |= FLAG_RESET_REGISTER;
      port(table, 116, config.reset().get().port(), 1);
      table.put(128, (byte) config.reset().get().value());
    }
    switch (config.hardware()) {
      case AcpiConfig.FixedHardware fixed -> {
        flags |=
            FLAG_NO_POWER_BUTTON | FLAG_NO_SLEEP_BUTTON | FLAG_NO_FIXED_RTC | FLAG_TIMER_32_BITS;
        boot |= BOOT_LEGACY_DEVICES;
        table.putInt(36, (int) facs);
        fillFixed(table, fixed);
      }
      case AcpiConfig.AbsentHardware absent -> {
        flags |=
            FLAG_NO_POWER_BUTTON
                | FLAG_NO_SLEEP_BUTTON
                | FLAG_NO_FIXED_RTC
                | FLAG_TIMER_32_BITS
                | FLAG_PLATFORM_CLOCK;
        table.putInt(36, (int) facs);
        fillAbsent(table, absent);
      }
    }
    table.putShort(109, (short) boot);
    table.putInt(112, flags);
  }

  private static void fillFixed(ByteBuffer table, AcpiConfig.FixedHardware fixed) {
    fillBlocks(table, fixed.sciInterrupt(), fixed.pm1EventPort(), fixed.pm1ControlPort());
    table.putInt(76, fixed.pmTimerPort());
    table.put(91, (byte) 4);
    port(table, 208, fixed.pmTimerPort(), 4);
  }

  private static void fillAbsent(ByteBuffer table, AcpiConfig.AbsentHardware absent) {
    fillBlocks(table, absent.sciInterrupt(), absent.pm1EventPort(), absent.pm1ControlPort());
    table.putInt(80, absent.gpeEventPort());
    table.put(92, (byte) 4);
  }

  private static void fillBlocks(ByteBuffer table, int sci, int pm1Event, int pm1Control) {
    table.putShort(46, (short) sci);
    table.putInt(56, pm1Event);
    table.putInt(64, pm1Control);
    table.put(88, (byte) 4);
    table.put(89, (byte) 2);
    // Latencies above 100 and 1000 microseconds mean that C2 and C3 don't exist.
    table.putShort(96, (short) 0xffff);
    table.putShort(98, (short) 0xffff);
    port(table, 148, pm1Event, 4);
    port(table, 172, pm1Control, 2);
  }

  /** Writes a generic address structure for an I/O port. */
  private static void port(ByteBuffer table, int at, int port, int bytes) {
    int accessSize = Integer.numberOfTrailingZeros(bytes) + 1;
    table
        .put(at, (byte) 1)
        .put(at + 1, (byte) (8 * bytes))
        .put(at + 3, (byte) accessSize)
        .putLong(at + 4, port);
  }
}
