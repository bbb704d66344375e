package org.paravane.core.device.power;

import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.device.timer.Frequency;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/**
 * The fixed hardware of full ACPI (ACPI 6.4, section 4.8): PM1a event block at 600h, PM1a control at 604h, the 32-bit
 * PM timer at 608h, and the SMI command port B2h that switches ACPI on and off. The FADT must say the same.
 */
public final class AcpiPowerManagement implements ByteWidePortDevice {
  /** PM1a_EVT_BLK: status, then enable; 4 bytes. */
  public static final int PM1A_EVENT = 0x600;

  /** PM1a_CNT_BLK; 2 bytes. */
  public static final int PM1A_CONTROL = 0x604;

  /** PM_TMR_BLK; 4 bytes, 32 bits count. */
  public static final int PM_TIMER = 0x608;

  /** SMI_CMD. */
  public static final int SMI_COMMAND = 0xb2;

  /** ACPI_ENABLE: what switches ACPI on when written to {@link #SMI_COMMAND}. */
  public static final int ACPI_ENABLE = 0xf1;

  /** ACPI_DISABLE: what switches ACPI off when written to {@link #SMI_COMMAND}. */
  public static final int ACPI_DISABLE = 0xf0;

  /** SLP_TYP of S5 for the DSDT's \_S5 package. */
  public static final int SLEEP_TYPE_S5 = 5;

  /** The PM timer's clock. */
  public static final Frequency PM_CLOCK = new Frequency(3_579_545);

  private static final int SMI_DATA = 0xb3;
  private static final int PORTS = 12;
  private static final int TIMER_STATUS = 0x0001;
  private static final int POWER_BUTTON = 0x0100;
  private static final int WRITABLE_ENABLE = 0x0721;
  private static final int SCI_ENABLE = 0x0001;
  private static final int BUS_MASTER_RELOAD = 0x0002;
  private static final int SLEEP_TYPE = 0x1c00;
  private static final int SLEEP_ENABLE = 0x2000;
  private static final int HALF_RANGE_BITS = 31;

  private final Clock clock;
  private final InterruptLine sci;
  private final MachineControl machine;
  private final TimerQueue.Timer timer;
  private int status;
  private int enable;
  private int control;
  private int smiCommand;
  private int smiData;
  private long halfRangesSeen;

  /**
   * Creates the block, in legacy mode: SCI_EN is clear.
   *
   * @param sci the system control interrupt: a level on IRQ 9
   */
  public AcpiPowerManagement(
      Clock clock, TimerQueue timers, InterruptLine sci, MachineControl machine) {
    this.clock = clock;
    this.sci = sci;
    this.machine = machine;
    this.timer = timers.create(this::update);
  }

  /** Claims ports 600h to 60Bh, B2h and B3h. */
  public void attach(PortBus bus) {
    bus.register(PM1A_EVENT, PORTS, this);
    bus.register(SMI_COMMAND, 2, this);
  }

  /** The user presses the power button: a guest that listens shuts down. */
  public void pressPowerButton() {
    status |= POWER_BUTTON;
    update();
  }

  @Override
  public int readByte(int port) {
    if (port == SMI_COMMAND || port == SMI_DATA) {
      return port == SMI_COMMAND ? smiCommand : smiData;
    }
    noteTimerStatus();
    int shift = 8 * (port & 1);
    return switch (port & ~1) {
      case PM1A_EVENT -> status >> shift;
      case PM1A_EVENT + 2 -> enable >> shift;
      case PM1A_CONTROL -> control >> shift;
      case PM_TIMER, PM_TIMER + 2 ->
          (int) (PM_CLOCK.ticksAt(clock.nanos()) >> 8 * (port - PM_TIMER));
      default -> 0;
    };
  }

  @Override
  public void writeByte(int port, int value) {
    noteTimerStatus();
    int shift = 8 * (port & 1);
    switch (port & ~1) {
      case PM1A_EVENT -> status &= ~(value << shift);
      case PM1A_EVENT + 2 ->
          enable = (enable & ~(0xff << shift) | value << shift) & WRITABLE_ENABLE;
      case PM1A_CONTROL -> writeControl(value << shift, 0xff << shift);
      case SMI_COMMAND -> writeSmi(port, value);
      default -> {}
    }
    update();
  }

  private void writeControl(int value, int written) {
    // SCI_EN belongs to the firmware behind SMI_CMD.
    int writable = (BUS_MASTER_RELOAD | SLEEP_TYPE) & written;
    control = control & ~writable | value & writable;
    if ((value & SLEEP_ENABLE) != 0 && (control & SLEEP_TYPE) >> 10 == SLEEP_TYPE_S5) {
      machine.exit(new ExitReason.PowerOff("ACPI S5"));
    }
  }

  private void writeSmi(int port, int value) {
    if (port == SMI_DATA) {
      smiData = value;
      return;
    }
    smiCommand = value;
    if (value == ACPI_ENABLE) {
      control |= SCI_ENABLE;
    } else if (value == ACPI_DISABLE) {
      control &= ~SCI_ENABLE;
    }
  }

  /** TMR_STS is set whenever the timer's top bit changes. */
  private void noteTimerStatus() {
    long halfRanges = PM_CLOCK.ticksAt(clock.nanos()) >> HALF_RANGE_BITS;
    if (halfRanges != halfRangesSeen) {
      halfRangesSeen = halfRanges;
      status |= TIMER_STATUS;
    }
  }

  private void update() {
    noteTimerStatus();
    sci.set((control & SCI_ENABLE) != 0 && (status & enable) != 0);
    if ((enable & ~status & TIMER_STATUS) != 0) {
      timer.scheduleAt(PM_CLOCK.nanosAtTick(halfRangesSeen + 1 << HALF_RANGE_BITS));
    } else {
      timer.cancel();
    }
  }
}
