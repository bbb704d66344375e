package org.paravane.core.device.interrupt;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.PortBus;

/** The two cascaded 8259A controllers of a PC: ports 20h/21h, A0h/A1h, and the edge/level registers 4D0h/4D1h. */
public final class Pic8259Pair implements ByteWidePortDevice, ExternalInterrupts {
  private static final int CASCADE = 2;
  private static final int MASTER_COMMAND = 0x20;
  private static final int MASTER_DATA = 0x21;
  private static final int SLAVE_COMMAND = 0xa0;
  private static final int SLAVE_DATA = 0xa1;
  private static final int MASTER_EDGE_LEVEL = 0x4d0;
  private static final int SLAVE_EDGE_LEVEL = 0x4d1;

  private final Pic8259 master = new Pic8259(0xf8, 1 << CASCADE);
  private final Pic8259 slave = new Pic8259(0xde, 0);
  private final InterruptLine output;
  private boolean requesting;

  /**
   * Creates the pair.
   *
   * @param output the INTR wire: asserted while a request waits; falls for an instant at each acknowledge
   */
  public Pic8259Pair(InterruptLine output) {
    this.output = output;
  }

  /** Claims the pair's ports. */
  public void attach(PortBus bus) {
    bus.register(MASTER_COMMAND, 2, this);
    bus.register(SLAVE_COMMAND, 2, this);
    bus.register(MASTER_EDGE_LEVEL, 2, this);
  }

  /** The wire to an input, 0 to 15; input 2 is the cascade and can't be driven. */
  public InterruptLine input(int irq) {
    if (irq < 0 || irq > 15 || irq == CASCADE) {
      throw new IllegalArgumentException("the 8259 pair has no input " + irq);
    }
    Pic8259 chip = irq < 8 ? master : slave;
    return asserted -> {
      chip.input(irq & 7, asserted);
      update();
    };
  }

  @Override
  public int acknowledge() {
    int irq = master.pendingInput();
    int vector = master.vector(irq < 0 ? 7 : irq);
    if (irq >= 0) {
      master.take(irq);
      if (irq == CASCADE) {
        vector = acknowledgeSlave();
      }
    }
    if (requesting) {
      requesting = false;
      output.set(false);
    }
    update();
    return vector;
  }

  @Override
  public int readByte(int port) {
    int value =
        switch (port) {
          case MASTER_COMMAND -> master.readCommandPort();
          case MASTER_DATA -> master.readDataPort();
          case SLAVE_COMMAND -> slave.readCommandPort();
          case SLAVE_DATA -> slave.readDataPort();
          case MASTER_EDGE_LEVEL -> master.edgeLevel();
          case SLAVE_EDGE_LEVEL -> slave.edgeLevel();
          default -> 0xff;
        };
    // A poll command makes the read an acknowledge.
    update();
    return value;
  }

  @Override
  public void writeByte(int port, int value) {
    switch (port) {
      case MASTER_COMMAND -> master.writeCommandPort(value);
      case MASTER_DATA -> master.writeDataPort(value);
      case SLAVE_COMMAND -> slave.writeCommandPort(value);
      case SLAVE_DATA -> slave.writeDataPort(value);
      case MASTER_EDGE_LEVEL -> master.edgeLevel(value);
      case SLAVE_EDGE_LEVEL -> slave.edgeLevel(value);
      default -> {}
    }
    update();
  }

  private int acknowledgeSlave() {
    int irq = slave.pendingInput();
    if (irq < 0) {
      return slave.vector(7);
    }
    slave.take(irq);
    return slave.vector(irq);
  }

  private void update() {
    master.input(CASCADE, slave.pendingInput() >= 0);
    boolean request = master.pendingInput() >= 0;
    if (request != requesting) {
      requesting = request;
      output.set(request);
    }
  }
}
