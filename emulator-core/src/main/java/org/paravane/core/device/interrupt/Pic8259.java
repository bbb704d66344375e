package org.paravane.core.device.interrupt;

/**
 * One 8259A interrupt controller with the edge/level register that PC chipsets add. An edge request stays latched until
 * it is acknowledged, even if its line falls before that.
 */
final class Pic8259 {
  private static final int ICW1 = 0x10;
  private static final int OCW3 = 0x08;

  private final int levelWritable;
  private final int levelFixed;

  private int lines;
  private int latched;
  private int inService;
  private int mask;
  private int levelTriggered;
  private int vectorBase;
  private int lowestPriority = 7;
  private int expectedIcw;
  private boolean single;
  private boolean icw4Follows;
  private boolean autoEoi;
  private boolean rotateOnAutoEoi;
  private boolean specialFullyNested;
  private boolean specialMask;
  private boolean readInService;
  private boolean pollNext;

  /**
   * Creates a controller.
   *
   * @param levelWritable the inputs that the edge/level register may switch to level-triggered, as a mask
   * @param levelFixed the inputs that follow their line always: the cascade
   */
  Pic8259(int levelWritable, int levelFixed) {
    this.levelWritable = levelWritable;
    this.levelFixed = levelFixed;
  }

  /** Drives an input, 0 to 7. */
  void input(int irq, boolean asserted) {
    int bit = 1 << irq;
    if (!asserted) {
      lines &= ~bit;
    } else if ((lines & bit) == 0) {
      lines |= bit;
      latched |= bit;
    }
  }

  /** The input that would be acknowledged now, or -1. */
  int pendingInput() {
    int request = priorityOf(requests() & ~mask);
    if (request == 8 || expectedIcw != 0) {
      return -1;
    }
    int blocking = specialMask ? inService & ~mask : inService;
    if (specialFullyNested) {
      blocking &= ~levelFixed;
    }
    return request < priorityOf(blocking) ? inputAt(request) : -1;
  }

  /** Acknowledges an input that {@link #pendingInput()} named. */
  void take(int irq) {
    latched &= ~(1 << irq);
    if (!autoEoi) {
      inService |= 1 << irq;
    } else if (rotateOnAutoEoi) {
      lowestPriority = irq;
    }
  }

  /** The vector of an input; input 7 without a take is the spurious interrupt. */
  int vector(int irq) {
    return vectorBase | irq;
  }

  int readCommandPort() {
    return pollNext ? poll() : readInService ? inService : requests();
  }

  int readDataPort() {
    return pollNext ? poll() : mask;
  }

  void writeCommandPort(int value) {
    if ((value & ICW1) != 0) {
      initialize(value);
    } else if ((value & OCW3) != 0) {
      operate(value);
    } else {
      endOfInterrupt(value >> 5, value & 7);
    }
  }

  void writeDataPort(int value) {
    switch (expectedIcw) {
      case 2 -> {
        vectorBase = value & 0xf8;
        expectedIcw = single ? icw4Follows ? 4 : 0 : 3;
      }
      case 3 -> expectedIcw = icw4Follows ? 4 : 0;
      case 4 -> {
        autoEoi = (value & 0x02) != 0;
        specialFullyNested = (value & 0x10) != 0;
        expectedIcw = 0;
      }
      default -> mask = value;
    }
  }

  int edgeLevel() {
    return levelTriggered;
  }

  void edgeLevel(int value) {
    levelTriggered = value & levelWritable;
  }

  private int requests() {
    int level = levelTriggered | levelFixed;
    return latched & ~level | lines & level;
  }

  private void initialize(int icw1) {
    single = (icw1 & 0x02) != 0;
    icw4Follows = (icw1 & 0x01) != 0;
    expectedIcw = 2;
    latched = 0;
    inService = 0;
    mask = 0;
    lowestPriority = 7;
    autoEoi = false;
    rotateOnAutoEoi = false;
    specialFullyNested = false;
    specialMask = false;
    readInService = false;
    pollNext = false;
  }

  private void operate(int ocw3) {
    if ((ocw3 & 0x40) != 0) {
      specialMask = (ocw3 & 0x20) != 0;
    }
    if ((ocw3 & 0x04) != 0) {
      pollNext = true;
    } else if ((ocw3 & 0x02) != 0) {
      readInService = (ocw3 & 0x01) != 0;
    }
  }

  private void endOfInterrupt(int command, int irq) {
    switch (command) {
      case 0 -> rotateOnAutoEoi = false;
      case 1 -> endHighest(false);
      case 3 -> inService &= ~(1 << irq);
      case 4 -> rotateOnAutoEoi = true;
      case 5 -> endHighest(true);
      case 6 -> lowestPriority = irq;
      case 7 -> {
        inService &= ~(1 << irq);
        lowestPriority = irq;
      }
      default -> {}
    }
  }

  private void endHighest(boolean rotate) {
    int priority = priorityOf(specialMask ? inService & ~mask : inService);
    if (priority < 8) {
      int irq = inputAt(priority);
      inService &= ~(1 << irq);
      if (rotate) {
        lowestPriority = irq;
      }
    }
  }

  private int poll() {
    pollNext = false;
    int irq = pendingInput();
    if (irq < 0) {
      return 0;
    }
    take(irq);
    return 0x80 | irq;
  }

  /** The priority of the most urgent of some inputs: 0 is highest, 8 means none. */
  private int priorityOf(int inputs) {
    int first = lowestPriority + 1 & 7;
    int rotated = (inputs | inputs << 8) >> first & 0xff;
    return rotated == 0 ? 8 : Integer.numberOfTrailingZeros(rotated);
  }

  private int inputAt(int priority) {
    return priority + lowestPriority + 1 & 7;
  }
}
