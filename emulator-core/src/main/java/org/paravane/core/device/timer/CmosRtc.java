package org.paravane.core.device.timer;

import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.PortBus;

/**
 * The MC146818 real-time clock and its battery-backed memory: ports 70h/71h, and 72h/73h for the second 128 bytes. Its
 * time is machine time from a start instant on. Flags of register C are worked out when somebody looks; a timer runs
 * only for an interrupt that is enabled.
 */
public final class CmosRtc implements ByteWidePortDevice {
  private static final int INDEX = 0x70;
  private static final int DATA = 0x71;
  private static final int EXTENDED_INDEX = 0x72;
  private static final int EXTENDED_DATA = 0x73;
  private static final int REGISTER_A = 0x0a;
  private static final int REGISTER_B = 0x0b;
  private static final int REGISTER_C = 0x0c;
  private static final int REGISTER_D = 0x0d;

  private static final int UPDATE_IN_PROGRESS = 0x80;
  private static final int SET = 0x80;
  private static final int PERIODIC = 0x40;
  private static final int ALARM = 0x20;
  private static final int UPDATE_ENDED = 0x10;
  private static final int INTERRUPT_REQUEST = 0x80;
  private static final int VALID_RAM_AND_TIME = 0x80;

  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long UPDATE_WARNING_NANOS = 244_140;
  private static final Frequency CRYSTAL = new Frequency(32_768);

  private final Clock clock;
  private final InterruptLine line;
  private final TimerQueue.Timer timer;
  private final byte[] memory = new byte[256];
  private int index;
  private int extendedIndex;
  private boolean nmiMasked;

  /** Seconds since 1970 at machine time {@code phaseNanos}; a second ends each whole second after that. */
  private long baseSeconds;

  private long phaseNanos;
  private int weekdayShift;
  private int flags;
  private long flagsAtNanos;

  /**
   * Creates the clock, running, in BCD and 24-hour form.
   *
   * @param startEpochSeconds the time at machine time zero, in seconds since 1970 (UTC)
   * @param line IRQ 8
   */
  public CmosRtc(Clock clock, TimerQueue timers, long startEpochSeconds, InterruptLine line) {
    this.clock = clock;
    this.line = line;
    this.timer = timers.create(this::update);
    this.baseSeconds = startEpochSeconds;
    memory[REGISTER_A] = 0x26;
    memory[REGISTER_B] = 0x02;
    memory[0x14] = 0x02;
  }

  /** Claims ports 70h to 73h. */
  public void attach(PortBus bus) {
    bus.register(INDEX, 4, this);
  }

  /**
   * Writes the memory size where firmware leaves it for kernels.
   *
   * @param belowFourGibBytes RAM below 4 GiB
   * @param aboveFourGibBytes RAM above 4 GiB
   */
  public void memorySize(long belowFourGibBytes, long aboveFourGibBytes) {
    long extendedKib = Math.clamp((belowFourGibBytes >> 10) - 1024, 0, 0xffff);
    long above16Mib = Math.clamp((belowFourGibBytes >> 16) - 256, 0, 0xffff);
    long above4Gib = Math.min(aboveFourGibBytes >> 16, 0xffffff);
    store(0x15, 640, 2);
    store(0x17, extendedKib, 2);
    store(0x30, extendedKib, 2);
    store(0x34, above16Mib, 2);
    store(0x5b, above4Gib, 3);
  }

  /** Reads a byte of battery-backed memory, 0 to 255; clock registers are read through the ports. */
  public int nvram(int index) {
    return memory[index] & 0xff;
  }

  /** Writes a byte of battery-backed memory, 0Eh to 255. */
  public void nvram(int index, int value) {
    memory[index] = (byte) value;
  }

  /** Tells whether bit 7 of port 70h masks non-maskable interrupts. */
  public boolean nmiMasked() {
    return nmiMasked;
  }

  @Override
  public int readByte(int port) {
    return switch (port) {
      case DATA -> readRegister(index);
      case EXTENDED_DATA -> memory[extendedIndex] & 0xff;
      default -> 0xff;
    };
  }

  @Override
  public void writeByte(int port, int value) {
    switch (port) {
      case INDEX -> {
        index = value & 0x7f;
        nmiMasked = (value & 0x80) != 0;
      }
      case DATA -> writeRegister(index, value);
      case EXTENDED_INDEX -> extendedIndex = 0x80 | value;
      case EXTENDED_DATA -> memory[extendedIndex] = (byte) value;
      default -> {}
    }
  }

  private int readRegister(int register) {
    if (RtcCalendar.isTime(register) && running()) {
      return RtcCalendar.field(register, seconds(clock.nanos()), registerB(), weekdayShift);
    }
    return switch (register) {
      case REGISTER_A -> memory[REGISTER_A] | (updateInProgress() ? UPDATE_IN_PROGRESS : 0);
      case REGISTER_C -> readFlags();
      case REGISTER_D -> VALID_RAM_AND_TIME;
      default -> memory[register] & 0xff;
    };
  }

  private void writeRegister(int register, int value) {
    // What happened until now happened under the old settings.
    collectFlags();
    if (RtcCalendar.isTime(register)) {
      writeTime(register, value);
    } else if (register == REGISTER_A) {
      writeControl(REGISTER_A, value & 0x7f);
    } else if (register == REGISTER_B) {
      writeControl(REGISTER_B, (value & SET) != 0 ? value & ~UPDATE_ENDED : value);
    } else if (register != REGISTER_C && register != REGISTER_D) {
      memory[register] = (byte) value;
    }
    update();
  }

  private void writeTime(int register, int value) {
    boolean running = running();
    if (running) {
      freeze();
    }
    memory[register] = (byte) value;
    if (running) {
      thaw();
    }
  }

  private void writeControl(int register, int value) {
    boolean ran = running();
    boolean divided = dividerRuns();
    if (ran) {
      freeze();
    }
    memory[register] = (byte) value;
    if (!divided && dividerRuns()) {
      // The first update comes half a second after the divider leaves reset.
      phaseNanos = clock.nanos() - NANOS_PER_SECOND / 2;
    }
    if (!ran && running()) {
      thaw();
    }
  }

  /** Copies the running time into its registers. */
  private void freeze() {
    long seconds = seconds(clock.nanos());
    for (int register = 0; register <= RtcCalendar.CENTURY; register++) {
      if (RtcCalendar.isTime(register)) {
        memory[register] = (byte) RtcCalendar.field(register, seconds, registerB(), weekdayShift);
      }
    }
  }

  /** Lets the time run on from its registers; seconds keep ending when they did before. */
  private void thaw() {
    long seconds = RtcCalendar.epochSeconds(memory, registerB());
    weekdayShift =
        RtcCalendar.weekdayShift(memory[RtcCalendar.WEEKDAY] & 0xff, seconds, registerB());
    baseSeconds = seconds - Math.floorDiv(clock.nanos() - phaseNanos, NANOS_PER_SECOND);
  }

  private int readFlags() {
    collectFlags();
    int value = flags | (interrupting() ? INTERRUPT_REQUEST : 0);
    flags = 0;
    update();
    return value;
  }

  /** Takes note of what has happened since the last look, drives the line, and sets the timer for what comes next. */
  private void update() {
    collectFlags();
    line.set(interrupting());
    long next = TimerQueue.NEVER;
    int awaited = registerB() & ~flags;
    if ((awaited & PERIODIC) != 0) {
      next = Math.min(next, nextPeriodic(flagsAtNanos));
    }
    if ((awaited & UPDATE_ENDED) != 0 && running()) {
      next = Math.min(next, nanosOfSecond(seconds(flagsAtNanos) + 1));
    }
    if ((awaited & ALARM) != 0 && running()) {
      next = Math.min(next, nextAlarm(flagsAtNanos));
    }
    if (next == TimerQueue.NEVER) {
      timer.cancel();
    } else {
      timer.scheduleAt(next);
    }
  }

  private void collectFlags() {
    long now = clock.nanos();
    if (nextPeriodic(flagsAtNanos) <= now) {
      flags |= PERIODIC;
    }
    if (running()) {
      if (seconds(now) > seconds(flagsAtNanos)) {
        flags |= UPDATE_ENDED;
      }
      if (nextAlarm(flagsAtNanos) <= now) {
        flags |= ALARM;
      }
    }
    flagsAtNanos = now;
  }

  private boolean interrupting() {
    return (flags & registerB() & (PERIODIC | ALARM | UPDATE_ENDED)) != 0;
  }

  private long nextPeriodic(long afterNanos) {
    int rate = memory[REGISTER_A] & 15;
    if (rate == 0 || !dividerRuns()) {
      return TimerQueue.NEVER;
    }
    int shift = rate < 3 ? rate + 6 : rate - 1;
    return CRYSTAL.nanosAtTick((CRYSTAL.ticksAt(afterNanos) >> shift) + 1 << shift);
  }

  private long nextAlarm(long afterNanos) {
    long second = RtcCalendar.nextAlarm(memory, seconds(afterNanos), registerB());
    return second == Long.MAX_VALUE ? TimerQueue.NEVER : nanosOfSecond(second);
  }

  private boolean updateInProgress() {
    long intoSecond = Math.floorMod(clock.nanos() - phaseNanos, NANOS_PER_SECOND);
    return running() && intoSecond >= NANOS_PER_SECOND - UPDATE_WARNING_NANOS;
  }

  private long seconds(long nanos) {
    return baseSeconds + Math.floorDiv(nanos - phaseNanos, NANOS_PER_SECOND);
  }

  private long nanosOfSecond(long epochSecond) {
    return phaseNanos + (epochSecond - baseSeconds) * NANOS_PER_SECOND;
  }

  private boolean running() {
    return (registerB() & SET) == 0 && dividerRuns();
  }

  private boolean dividerRuns() {
    return (memory[REGISTER_A] & 0x70) == 0x20;
  }

  private int registerB() {
    return memory[REGISTER_B] & 0xff;
  }

  private void store(int register, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      memory[register + i] = (byte) (value >> 8 * i);
    }
  }
}
