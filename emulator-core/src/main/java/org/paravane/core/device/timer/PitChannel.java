package org.paravane.core.device.timer;

/**
 * One counter of an 8254. It keeps when counting began, not the count: whatever software can see is computed from the
 * tick at which it looks. Ticks are those of the input clock.
 */
final class PitChannel {
  /** What {@link #nextRise} says when the output will not rise. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int ACCESS_LOW = 1;
  private static final int ACCESS_HIGH = 2;
  private static final long RUNNING = -1;

  private int control;
  private int mode;
  private int access = ACCESS_LOW | ACCESS_HIGH;
  private boolean bcd;
  private boolean gate;

  private int count = 0x10000;
  private boolean counting;
  private boolean triggered;
  private long loadTick;
  private long frozenElapsed = RUNNING;
  private int nextCount;
  private long nextCountTick;
  private long nextLoadTick;

  private int lowByte;
  private boolean highByteNext;
  private boolean readHighNext;
  private int latchedCount = -1;
  private int latchedStatus = -1;

  PitChannel(boolean gate) {
    this.gate = gate;
  }

  /** Takes the low six bits of a control word: access, mode, BCD. The access bits are not zero. */
  void control(int word) {
    control = word & 0x3f;
    access = word >> 4 & 3;
    int modeBits = word >> 1 & 7;
    mode = modeBits > 5 ? modeBits - 4 : modeBits;
    bcd = (word & 1) != 0;
    counting = false;
    triggered = false;
    nextCount = 0;
    highByteNext = false;
    readHighNext = false;
    latchedCount = -1;
    latchedStatus = -1;
  }

  void write(int value, long now) {
    switch (access) {
      case ACCESS_LOW -> load(value, now);
      case ACCESS_HIGH -> load(value << 8, now);
      default -> writeHalf(value, now);
    }
  }

  int read(long now) {
    if (latchedStatus >= 0) {
      int status = latchedStatus;
      latchedStatus = -1;
      return status;
    }
    int value = latchedCount >= 0 ? latchedCount : counter(now);
    boolean high = access == ACCESS_HIGH || access != ACCESS_LOW && readHighNext;
    boolean last = access != (ACCESS_LOW | ACCESS_HIGH) || readHighNext;
    readHighNext = !last;
    if (last) {
      latchedCount = -1;
    }
    return high ? value >> 8 : value & 0xff;
  }

  void latchCount(long now) {
    if (latchedCount < 0) {
      latchedCount = counter(now);
    }
  }

  void latchStatus(long now) {
    if (latchedStatus < 0) {
      latchedStatus = (output(now) ? 0x80 : 0) | (nullCount(now) ? 0x40 : 0) | control;
    }
  }

  boolean gate() {
    return gate;
  }

  void gate(boolean high, long now) {
    if (high == gate) {
      return;
    }
    settle(now);
    if (high) {
      gateRises(now);
    } else if (!startsByGate()) {
      frozenElapsed = elapsed(now);
    }
    gate = high;
  }

  boolean output(long now) {
    settle(now);
    long elapsed = elapsed(now);
    return switch (mode) {
      case 0 -> counting && elapsed >= count;
      case 1 -> !triggered || now < loadTick || elapsed >= count;
      case 2 -> !periodic() || elapsed % count != count - 1;
      case 3 -> !periodic() || elapsed % count < highHalf(count);
      case 4 -> !counting || elapsed != count;
      default -> !triggered || elapsed != count;
    };
  }

  /** The tick after {@code now} at which the output next goes from low to high, or {@link #NEVER}. */
  long nextRise(long now) {
    settle(now);
    long rise =
        switch (mode) {
          case 0 -> counting && frozenElapsed == RUNNING ? loadTick + count : NEVER;
          case 1 -> triggered ? loadTick + count : NEVER;
          case 2, 3 -> periodic() ? nextPeriod(now) : NEVER;
          case 4 -> counting && frozenElapsed == RUNNING ? loadTick + count + 1 : NEVER;
          default -> triggered ? loadTick + count + 1 : NEVER;
        };
    return rise > now ? rise : NEVER;
  }

  private long nextPeriod(long now) {
    long elapsed = elapsed(now);
    if (mode == 3 && nextCount != 0 && elapsed % count < highHalf(count)) {
      return nextLoadTick + nextCount;
    }
    return loadTick + (elapsed / count + 1) * count;
  }

  private void writeHalf(int value, long now) {
    if (highByteNext) {
      highByteNext = false;
      load(value << 8 | lowByte, now);
    } else {
      highByteNext = true;
      lowByte = value;
      // The first of two bytes stops mode 0.
      counting &= mode != 0;
    }
  }

  private void load(int value, long now) {
    settle(now);
    int loaded = value == 0 ? modulus() : bcd ? fromBcd(value) : value;
    if (startsByGate() && triggered) {
      next(loaded, Long.MAX_VALUE, 0);
    } else if ((mode == 2 || mode == 3) && counting) {
      loadAtBoundary(loaded, now);
    } else {
      count = loaded;
      counting = true;
      loadTick = now + 1;
      frozenElapsed = gate || startsByGate() ? RUNNING : 0;
    }
  }

  /** In the periodic modes a new count waits for the end of the current period, or half period in mode 3. */
  private void loadAtBoundary(int loaded, long now) {
    if (frozenElapsed != RUNNING) {
      next(loaded, Long.MAX_VALUE, 0);
      return;
    }
    long elapsed = elapsed(now);
    long start = loadTick + elapsed / count * count;
    if (mode == 3 && elapsed % count < highHalf(count)) {
      long falls = start + highHalf(count);
      next(loaded, falls, falls - highHalf(loaded));
    } else {
      next(loaded, start + count, start + count);
    }
  }

  private void next(int loaded, long atTick, long newLoadTick) {
    nextCount = loaded;
    nextCountTick = atTick;
    nextLoadTick = newLoadTick;
  }

  private void settle(long now) {
    if (nextCount != 0 && now >= nextCountTick) {
      count = nextCount;
      loadTick = nextLoadTick;
      nextCount = 0;
    }
  }

  private void gateRises(long now) {
    if (mode == 0 || mode == 4) {
      loadTick = now - frozenElapsed;
    } else {
      count = nextCount != 0 ? nextCount : count;
      nextCount = 0;
      loadTick = now + 1;
      triggered = startsByGate() && counting;
    }
    frozenElapsed = RUNNING;
  }

  private int counter(long now) {
    settle(now);
    if (!counting) {
      return 0;
    }
    long elapsed = elapsed(now);
    long value =
        switch (mode) {
          case 2 -> count - elapsed % count;
          case 3 -> squareWaveCounter((int) (elapsed % count));
          case 1, 5 -> triggered ? count - elapsed : count;
          default -> count - elapsed;
        };
    int wrapped = (int) Math.floorMod(value, (long) modulus());
    return bcd ? toBcd(wrapped) : wrapped;
  }

  /** Mode 3 counts down by two, once for each half of the wave; an odd count starts one lower. */
  private int squareWaveCounter(int position) {
    int high = highHalf(count);
    int half = position < high ? position : position - high;
    return (count & ~1) - 2 * half;
  }

  private boolean nullCount(long now) {
    return !counting || nextCount != 0 || startsByGate() && !triggered || now < loadTick;
  }

  private long elapsed(long now) {
    return frozenElapsed != RUNNING ? frozenElapsed : Math.max(0, now - loadTick);
  }

  private boolean startsByGate() {
    return mode == 1 || mode == 5;
  }

  /** Tells whether a periodic mode is running; a count of one is illegal there and leaves the output high. */
  private boolean periodic() {
    return counting && frozenElapsed == RUNNING && count > 1;
  }

  private int modulus() {
    return bcd ? 10_000 : 0x10000;
  }

  private static int highHalf(int count) {
    return count + 1 >> 1;
  }

  private static int fromBcd(int value) {
    return (value >> 12) * 1000 + (value >> 8 & 15) * 100 + (value >> 4 & 15) * 10 + (value & 15);
  }

  private static int toBcd(int value) {
    return value / 1000 << 12 | value / 100 % 10 << 8 | value / 10 % 10 << 4 | value % 10;
  }
}
