package org.paravane.core.device.serial;

import org.paravane.core.clock.Clock;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.PortBus;

/**
 * A 16550A serial port. It sends without taking time. It receives at the programmed character rate from a queue, and
 * only while the guest asserts RTS or has never written the modem control register; what a FIFO reset throws away goes
 * back to the queue, so that no character is lost while a driver initialises the port.
 */
public final class Uart16550 implements ByteWidePortDevice {
  /** Port of COM1; its interrupt is IRQ 4. */
  public static final int COM1 = 0x3f8;

  /** Port of COM2; its interrupt is IRQ 3. */
  public static final int COM2 = 0x2f8;

  private static final int QUEUE_LIMIT = 1 << 20;
  private static final int FIFO_SIZE = 16;
  private static final long BASE_CLOCK_HZ = 1_843_200;

  private static final int DATA = 0;
  private static final int INTERRUPT_ENABLE = 1;
  private static final int INTERRUPT_IDENTIFICATION = 2;
  private static final int LINE_CONTROL = 3;
  private static final int MODEM_CONTROL = 4;
  private static final int LINE_STATUS = 5;
  private static final int MODEM_STATUS = 6;
  private static final int SCRATCH = 7;

  private static final int ENABLE_RECEIVED = 0x01;
  private static final int ENABLE_TRANSMITTER_EMPTY = 0x02;
  private static final int ENABLE_LINE_STATUS = 0x04;
  private static final int ENABLE_MODEM_STATUS = 0x08;

  private static final int SOURCE_MODEM_STATUS = 0x00;
  private static final int SOURCE_NONE = 0x01;
  private static final int SOURCE_TRANSMITTER_EMPTY = 0x02;
  private static final int SOURCE_RECEIVED = 0x04;
  private static final int SOURCE_LINE_STATUS = 0x06;
  private static final int SOURCE_TIMEOUT = 0x0c;
  private static final int FIFOS_ENABLED = 0xc0;

  private static final int DIVISOR_LATCH = 0x80;
  private static final int SEND_BREAK = 0x40;
  private static final int RTS = 0x02;
  private static final int OUT2 = 0x08;
  private static final int LOOPBACK = 0x10;

  private static final int DATA_READY = 0x01;
  private static final int OVERRUN = 0x02;
  private static final int FRAMING_ERROR = 0x08;
  private static final int BREAK = 0x10;
  private static final int CHARACTER_ERRORS = 0x1c;
  private static final int TRANSMITTER_EMPTY = 0x60;
  private static final int ERROR_IN_FIFO = 0x80;

  private static final int CTS_DSR_DCD = 0xb0;
  private static final int RI = 0x40;

  private final Clock clock;
  private final InterruptLine line;
  private final SerialSink sink;
  private final TimerQueue.Timer arrival;
  private final TimerQueue.Timer timeout;
  private final ReceiveQueue waiting = new ReceiveQueue(QUEUE_LIMIT);
  private final ReceiveQueue received = new ReceiveQueue(FIFO_SIZE);

  private int interruptEnable;
  private int lineControl;
  private int modemControl;
  private boolean modemControlWritten;
  private int modemStatusDelta;
  private int scratch;
  private int divisor = 1;
  private boolean fifosEnabled;
  private int trigger = 1;
  private boolean overrun;
  private boolean transmitterEmptied;
  private boolean timedOut;
  private boolean lineStatusUnread;
  private long nextArrivalNanos;

  /**
   * Creates a port at 115200 baud.
   *
   * @param line its interrupt: IRQ 4 for COM1
   * @param sink where sent characters go
   */
  public Uart16550(Clock clock, TimerQueue timers, InterruptLine line, SerialSink sink) {
    this.clock = clock;
    this.line = line;
    this.sink = sink;
    this.arrival = timers.create(this::characterArrives);
    this.timeout = timers.create(this::receiveTimesOut);
  }

  /** Claims eight ports from {@code firstPort} on, a multiple of eight. */
  public void attach(PortBus bus, int firstPort) {
    bus.register(firstPort, 8, this);
  }

  /** Queues a character for the guest. Returns false if the queue is full (1 Mi characters) and it was not taken. */
  public boolean receive(byte character) {
    return enqueue(character & 0xff);
  }

  /** Queues a break condition for the guest. Returns false if the queue is full and it was not taken. */
  public boolean receiveBreak() {
    return enqueue((BREAK | FRAMING_ERROR) << 8);
  }

  @Override
  public int readByte(int port) {
    return switch (port & 7) {
      case DATA -> divisorLatch() ? divisor & 0xff : readData();
      case INTERRUPT_ENABLE -> divisorLatch() ? divisor >> 8 : interruptEnable;
      case INTERRUPT_IDENTIFICATION -> identifyInterrupt();
      case LINE_CONTROL -> lineControl;
      case MODEM_CONTROL -> modemControl;
      case LINE_STATUS -> readLineStatus();
      case MODEM_STATUS -> readModemStatus();
      default -> scratch;
    };
  }

  @Override
  public void writeByte(int port, int value) {
    switch (port & 7) {
      case DATA -> writeData(value);
      case INTERRUPT_ENABLE -> writeInterruptEnable(value);
      case INTERRUPT_IDENTIFICATION -> writeFifoControl(value);
      case LINE_CONTROL -> writeLineControl(value);
      case MODEM_CONTROL -> writeModemControl(value);
      case SCRATCH -> scratch = value;
      default -> {}
    }
    updateLine();
  }

  private boolean enqueue(int character) {
    if (waiting.isFull()) {
      return false;
    }
    waiting.addLast(character);
    scheduleArrival();
    return true;
  }

  private int readData() {
    if (received.isEmpty()) {
      return 0;
    }
    int character = received.removeFirst() & 0xff;
    lineStatusUnread |= (received.first() & CHARACTER_ERRORS << 8) != 0;
    timedOut = false;
    restartTimeout();
    scheduleArrival();
    updateLine();
    return character;
  }

  private void writeData(int value) {
    if (divisorLatch()) {
      divisor = divisor & 0xff00 | value;
      return;
    }
    transmitterEmptied = true;
    if (loopback()) {
      arrive(value);
    } else {
      sink.accept((byte) value);
    }
  }

  private void writeInterruptEnable(int value) {
    if (divisorLatch()) {
      divisor = divisor & 0xff | value << 8;
      return;
    }
    if ((value & ~interruptEnable & ENABLE_TRANSMITTER_EMPTY) != 0) {
      transmitterEmptied = true;
    }
    interruptEnable = value & 0x0f;
  }

  private int identifyInterrupt() {
    int source = source();
    if (source == SOURCE_TRANSMITTER_EMPTY) {
      transmitterEmptied = false;
      updateLine();
    }
    return source | (fifosEnabled ? FIFOS_ENABLED : 0);
  }

  private void writeFifoControl(int value) {
    boolean enable = (value & 0x01) != 0;
    if (enable != fifosEnabled || enable && (value & 0x02) != 0) {
      resetReceiver();
    }
    fifosEnabled = enable;
    if (enable) {
      trigger =
          switch (value >> 6) {
            case 0 -> 1;
            case 1 -> 4;
            case 2 -> 8;
            default -> 14;
          };
    }
  }

  private void resetReceiver() {
    while (!received.isEmpty()) {
      int character = received.removeLast();
      if (!loopback()) {
        waiting.addFirst(character);
      }
    }
    timedOut = false;
    timeout.cancel();
    lineStatusUnread = overrun;
    nextArrivalNanos = clock.nanos() + characterNanos();
    arrival.cancel();
    scheduleArrival();
  }

  private void writeLineControl(int value) {
    if (loopback() && (value & ~lineControl & SEND_BREAK) != 0) {
      arrive((BREAK | FRAMING_ERROR) << 8);
    }
    lineControl = value;
  }

  private void writeModemControl(int value) {
    int before = modemInputs();
    modemControl = value & 0x1f;
    modemControlWritten = true;
    int after = modemInputs();
    int changed = (before ^ after) & CTS_DSR_DCD;
    // RI reports its trailing edge only.
    modemStatusDelta |= (changed | before & ~after & RI) >> 4;
    scheduleArrival();
  }

  private int readLineStatus() {
    int status = TRANSMITTER_EMPTY;
    if (!received.isEmpty()) {
      status |= DATA_READY;
    }
    if (overrun) {
      status |= OVERRUN;
    }
    if (lineStatusUnread) {
      status |= received.first() >> 8 & CHARACTER_ERRORS;
    }
    if (fifosEnabled && received.anyWith(CHARACTER_ERRORS << 8)) {
      status |= ERROR_IN_FIFO;
    }
    overrun = false;
    lineStatusUnread = false;
    updateLine();
    return status;
  }

  private int readModemStatus() {
    int status = modemInputs() | modemStatusDelta;
    modemStatusDelta = 0;
    updateLine();
    return status;
  }

  /** CTS, DSR, RI and DCD in bits 4 to 7; in loopback they are the modem control outputs. */
  private int modemInputs() {
    if (!loopback()) {
      return CTS_DSR_DCD;
    }
    int dtr = modemControl & 0x01;
    int rts = modemControl >> 1 & 0x01;
    return rts << 4 | dtr << 5 | (modemControl & 0x0c) << 4;
  }

  private int source() {
    if ((interruptEnable & ENABLE_LINE_STATUS) != 0 && (overrun || lineStatusUnread)) {
      return SOURCE_LINE_STATUS;
    }
    if ((interruptEnable & ENABLE_RECEIVED) != 0) {
      if (!received.isEmpty() && received.size() >= (fifosEnabled ? trigger : 1)) {
        return SOURCE_RECEIVED;
      }
      if (timedOut) {
        return SOURCE_TIMEOUT;
      }
    }
    if ((interruptEnable & ENABLE_TRANSMITTER_EMPTY) != 0 && transmitterEmptied) {
      return SOURCE_TRANSMITTER_EMPTY;
    }
    if ((interruptEnable & ENABLE_MODEM_STATUS) != 0 && modemStatusDelta != 0) {
      return SOURCE_MODEM_STATUS;
    }
    return SOURCE_NONE;
  }

  /** On a PC the interrupt passes a gate that OUT2 opens; in loopback the OUT2 pin is inactive. */
  private void updateLine() {
    line.set((modemControl & (OUT2 | LOOPBACK)) == OUT2 && source() != SOURCE_NONE);
  }

  private void scheduleArrival() {
    boolean listening = !loopback() && (!modemControlWritten || (modemControl & RTS) != 0);
    if (!listening || waiting.isEmpty() || received.size() >= capacity()) {
      arrival.cancel();
    } else if (!arrival.pending()) {
      arrival.scheduleAt(Math.max(clock.nanos(), nextArrivalNanos));
    }
  }

  private void characterArrives() {
    arrive(waiting.removeFirst());
    nextArrivalNanos = clock.nanos() + characterNanos();
    scheduleArrival();
    updateLine();
  }

  private void arrive(int character) {
    if (received.size() >= capacity()) {
      overrun = true;
      if (fifosEnabled) {
        return;
      }
      received.removeFirst();
    }
    received.addLast(character);
    lineStatusUnread |= received.size() == 1 && (character & CHARACTER_ERRORS << 8) != 0;
    restartTimeout();
  }

  private void restartTimeout() {
    if (fifosEnabled && !received.isEmpty()) {
      timeout.scheduleAt(clock.nanos() + 4 * characterNanos());
    } else {
      timeout.cancel();
    }
  }

  private void receiveTimesOut() {
    timedOut = true;
    updateLine();
  }

  private long characterNanos() {
    int dataBits = 5 + (lineControl & 3);
    int parityBits = lineControl >> 3 & 1;
    int stopBits = 1 + (lineControl >> 2 & 1);
    long clocks = 16L * Math.max(1, divisor) * (1 + dataBits + parityBits + stopBits);
    return clocks * 1_000_000_000 / BASE_CLOCK_HZ;
  }

  private int capacity() {
    return fifosEnabled ? FIFO_SIZE : 1;
  }

  private boolean divisorLatch() {
    return (lineControl & DIVISOR_LATCH) != 0;
  }

  private boolean loopback() {
    return (modemControl & LOOPBACK) != 0;
  }
}
