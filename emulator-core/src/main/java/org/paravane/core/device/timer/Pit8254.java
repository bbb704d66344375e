package org.paravane.core.device.timer;

import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.PortBus;

/**
 * The 8254 interval timer of a PC, ports 40h to 43h, at 1.193182 MHz. Channel 0 drives an interrupt line, channel 2 has
 * its gate and output at port 61h ({@link SystemControlPortB}).
 */
public final class Pit8254 implements ByteWidePortDevice {
  /** The input clock of all three channels. */
  public static final Frequency INPUT_CLOCK = new Frequency(1_193_182);

  private static final int CHANNEL_0 = 0x40;
  private static final int CONTROL = 0x43;
  private static final int READ_BACK = 3;

  private final PitChannel[] channels = {
    new PitChannel(true), new PitChannel(true), new PitChannel(false)
  };
  private final Clock clock;
  private final InterruptLine line;
  private final TimerQueue.Timer timer;
  private boolean lineHigh = true;

  /**
   * Creates the timer with all channels stopped.
   *
   * @param line what channel 0's output drives: IRQ 0
   */
  public Pit8254(Clock clock, TimerQueue timers, InterruptLine line) {
    this.clock = clock;
    this.line = line;
    this.timer = timers.create(this::outputRises);
  }

  /** Claims ports 40h to 43h. */
  public void attach(PortBus bus) {
    bus.register(CHANNEL_0, 4, this);
  }

  /** Starts the channels as a BIOS leaves them: channel 0 at 18.2 Hz, channel 1 at the DRAM refresh rate. */
  public void presetFirmware() {
    writeByte(CONTROL, 0x36);
    writeByte(CHANNEL_0, 0);
    writeByte(CHANNEL_0, 0);
    writeByte(CONTROL, 0x54);
    writeByte(CHANNEL_0 + 1, 18);
  }

  /** Drives the gate of channel 2. */
  public void gate2(boolean high) {
    channels[2].gate(high, now());
  }

  /** The gate of channel 2. */
  public boolean gate2() {
    return channels[2].gate();
  }

  /** The output of channel 2. */
  public boolean output2() {
    return channels[2].output(now());
  }

  @Override
  public int readByte(int port) {
    int channel = port - CHANNEL_0;
    return channel >= 0 && channel < 3 ? channels[channel].read(now()) : 0xff;
  }

  @Override
  public void writeByte(int port, int value) {
    if (timer.pending() && timer.deadlineNanos() <= clock.nanos()) {
      timer.cancel();
      outputRises();
    }
    int channel = port - CHANNEL_0;
    if (port == CONTROL) {
      control(value);
    } else if (channel >= 0 && channel < 3) {
      channels[channel].write(value, now());
    }
    if (channel == 0 || port == CONTROL) {
      driveLine();
    }
  }

  private void control(int word) {
    int channel = word >> 6;
    if (channel == READ_BACK) {
      readBack(word);
    } else if ((word & 0x30) == 0) {
      channels[channel].latchCount(now());
    } else {
      channels[channel].control(word);
    }
  }

  private void readBack(int word) {
    for (int i = 0; i < 3; i++) {
      if ((word & 2 << i) != 0) {
        if ((word & 0x20) == 0) {
          channels[i].latchCount(now());
        }
        if ((word & 0x10) == 0) {
          channels[i].latchStatus(now());
        }
      }
    }
  }

  private void driveLine() {
    boolean high = channels[0].output(now());
    if (high != lineHigh) {
      lineHigh = high;
      line.set(high);
    }
    scheduleNextRise();
  }

  /** Only rising edges matter on IRQ 0, so the fall before one is shown together with it and costs no timer. */
  private void outputRises() {
    line.set(false);
    line.set(true);
    lineHigh = true;
    scheduleNextRise();
  }

  private void scheduleNextRise() {
    long rise = channels[0].nextRise(now());
    if (rise == PitChannel.NEVER) {
      timer.cancel();
    } else {
      timer.scheduleAt(INPUT_CLOCK.nanosAtTick(rise));
    }
  }

  private long now() {
    return INPUT_CLOCK.ticksAt(clock.nanos());
  }
}
