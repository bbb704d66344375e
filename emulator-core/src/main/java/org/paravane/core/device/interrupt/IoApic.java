package org.paravane.core.device.interrupt;

import java.util.Arrays;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.MmioDevice;

/**
 * An I/O APIC with 24 inputs, version 20h (82093AA with the EOI register). A wire counts as asserted whatever the
 * polarity bit says, since {@link InterruptLine} has no voltage.
 */
public final class IoApic implements MmioDevice {
  /** Where a PC has its first I/O APIC. */
  public static final long DEFAULT_BASE_GPA = 0xfec0_0000L;

  /** Number of inputs. */
  public static final int PINS = 24;

  private static final int SELECT = 0x00;
  private static final int DATA = 0x10;
  private static final int EOI = 0x40;
  private static final int ID = 0;
  private static final int VERSION = 1;
  private static final int ARBITRATION = 2;
  private static final int FIRST_REDIRECTION = 0x10;
  private static final int VERSION_VALUE = PINS - 1 << 16 | 0x20;

  private static final long DELIVERY_STATUS = 0x1000;
  private static final long REMOTE_IRR = 0x4000;
  private static final long LEVEL = 0x8000;
  private static final long MASKED = 0x1_0000;
  private static final long LOGICAL = 0x800;
  private static final long RESERVED = 0x00ff_ffff_fffe_0000L;

  private final ApicBus bus;
  private final long[] redirections = new long[PINS];
  private final boolean[] asserted = new boolean[PINS];
  private int select;
  private int id;

  /** Creates the controller with all inputs masked, and joins the bus. */
  public IoApic(int id, ApicBus bus) {
    this.id = id;
    this.bus = bus;
    Arrays.fill(redirections, MASKED);
    bus.add(this);
  }

  /** The wire to an input, 0 to 23. */
  public InterruptLine input(int pin) {
    if (pin < 0 || pin >= PINS) {
      throw new IllegalArgumentException("the I/O APIC has no input " + pin);
    }
    return level -> drive(pin, level);
  }

  @Override
  public long read(long offset, int sizeBytes) {
    return switch ((int) offset & 0xff) {
      case SELECT -> select;
      case DATA -> readRegister() & 0xffff_ffffL;
      default -> 0;
    };
  }

  @Override
  public void write(long offset, int sizeBytes, long value) {
    switch ((int) offset & 0xff) {
      case SELECT -> select = (int) value & 0xff;
      case DATA -> writeRegister((int) value);
      case EOI -> endOfInterrupt((int) value & 0xff);
      default -> {}
    }
  }

  /** Ends the level-triggered interrupts with a vector; those still asserted are sent again. */
  void endOfInterrupt(int vector) {
    for (int pin = 0; pin < PINS; pin++) {
      if ((redirections[pin] & REMOTE_IRR) != 0 && (redirections[pin] & 0xff) == vector) {
        redirections[pin] &= ~REMOTE_IRR;
        sendLevel(pin);
      }
    }
  }

  private void drive(int pin, boolean level) {
    boolean rises = level && !asserted[pin];
    asserted[pin] = level;
    if ((redirections[pin] & LEVEL) != 0) {
      sendLevel(pin);
    } else if (rises && (redirections[pin] & MASKED) == 0) {
      send(pin);
    }
  }

  private void sendLevel(int pin) {
    long entry = redirections[pin];
    boolean waits = asserted[pin] && (entry & (MASKED | REMOTE_IRR)) == 0 && (entry & LEVEL) != 0;
    if (waits && DeliveryMode.of(entry).carriesVector()) {
      // Set first: the processor may end the interrupt before send returns.
      redirections[pin] |= REMOTE_IRR;
      if (!send(pin)) {
        redirections[pin] &= ~REMOTE_IRR;
      }
    }
  }

  private boolean send(int pin) {
    long entry = redirections[pin];
    int destination = InterruptMessage.wideDestination((int) (entry >>> 56));
    DeliveryMode mode = DeliveryMode.of(entry);
    boolean level = (entry & LEVEL) != 0 && mode.carriesVector();
    return bus.send(
        new InterruptMessage(destination, (entry & LOGICAL) != 0, mode, (int) entry & 0xff, level));
  }

  private int readRegister() {
    int word = select - FIRST_REDIRECTION;
    if (word >= 0 && word < 2 * PINS) {
      return (int) (redirections[word >> 1] >>> 32 * (word & 1));
    }
    return switch (select) {
      case ID, ARBITRATION -> id << 24;
      case VERSION -> VERSION_VALUE;
      default -> 0;
    };
  }

  private void writeRegister(int value) {
    int word = select - FIRST_REDIRECTION;
    if (word >= 0 && word < 2 * PINS) {
      writeRedirection(word >> 1, (word & 1) != 0, value);
    } else if (select == ID) {
      id = value >> 24 & 15;
    }
  }

  private void writeRedirection(int pin, boolean high, int value) {
    long old = redirections[pin];
    long written =
        high ? old & 0xffff_ffffL | (long) value << 32 : old & ~0xffff_ffffL | value & 0xffff_ffffL;
    long readOnly = DELIVERY_STATUS | REMOTE_IRR;
    long entry = (written & ~readOnly | old & readOnly) & ~RESERVED;
    if ((entry & LEVEL) == 0) {
      // Kernels end an interrupt by switching its entry to edge and back.
      entry &= ~REMOTE_IRR;
    }
    redirections[pin] = entry;
    sendLevel(pin);
  }
}
