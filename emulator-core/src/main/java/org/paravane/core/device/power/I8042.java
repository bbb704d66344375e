package org.paravane.core.device.power;

import org.paravane.core.device.ByteWidePortDevice;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.PortBus;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.machine.MachineControl;

/**
 * The 8042 keyboard controller, ports 60h and 64h, with neither keyboard nor mouse: what is sent to them is answered
 * with a timeout at once, so that drivers give up without waiting. A20 is always open.
 */
public final class I8042 implements ByteWidePortDevice {
  private static final int DATA = 0x60;
  private static final int COMMAND = 0x64;

  private static final int OUTPUT_FULL = 0x01;
  private static final int SYSTEM = 0x04;
  private static final int LAST_WAS_COMMAND = 0x08;
  private static final int NOT_LOCKED = 0x10;
  private static final int FROM_MOUSE = 0x20;
  private static final int TIMEOUT = 0x40;

  private static final int KEYBOARD_INTERRUPT = 0x01;
  private static final int MOUSE_INTERRUPT = 0x02;
  private static final int KEYBOARD_OFF = 0x10;
  private static final int MOUSE_OFF = 0x20;
  private static final int RESEND = 0xfe;

  private static final int NO_COMMAND = -1;
  private static final int WRITE_OUTPUT_PORT = 0xd1;
  private static final int WRITE_KEYBOARD_OUTPUT = 0xd2;
  private static final int WRITE_MOUSE_OUTPUT = 0xd3;
  private static final int WRITE_MOUSE = 0xd4;
  private static final int OUTPUT_PORT = 0xcf;
  private static final int INPUT_PORT = 0xb0;

  private final InterruptLine keyboardLine;
  private final InterruptLine mouseLine;
  private final MachineControl machine;
  private final byte[] memory = new byte[32];
  private int status = SYSTEM | NOT_LOCKED;
  private int output;
  private int pendingCommand = NO_COMMAND;

  /**
   * Creates the controller as firmware leaves it.
   *
   * @param keyboardLine IRQ 1
   * @param mouseLine IRQ 12
   */
  public I8042(InterruptLine keyboardLine, InterruptLine mouseLine, MachineControl machine) {
    this.keyboardLine = keyboardLine;
    this.mouseLine = mouseLine;
    this.machine = machine;
    memory[0] = SYSTEM | KEYBOARD_OFF | MOUSE_OFF;
  }

  /** Claims ports 60h and 64h. */
  public void attach(PortBus bus) {
    bus.register(DATA, 1, this);
    bus.register(COMMAND, 1, this);
  }

  @Override
  public int readByte(int port) {
    return switch (port) {
      case DATA -> readOutput();
      case COMMAND -> status;
      default -> 0xff;
    };
  }

  @Override
  public void writeByte(int port, int value) {
    if (port == COMMAND) {
      status |= LAST_WAS_COMMAND;
      pendingCommand = NO_COMMAND;
      command(value);
    } else if (port == DATA) {
      status &= ~LAST_WAS_COMMAND;
      int command = pendingCommand;
      pendingCommand = NO_COMMAND;
      data(command, value);
    }
    updateLines();
  }

  private int readOutput() {
    status &= ~(OUTPUT_FULL | FROM_MOUSE | TIMEOUT);
    updateLines();
    return output;
  }

  private void command(int command) {
    if (command >= 0xf0) {
      pulse(command);
    } else if (command >= 0x20 && command < 0x40) {
      reply(memory[command & 31] & 0xff, 0);
    } else {
      switch (command) {
        case 0xa7 -> memory[0] |= MOUSE_OFF;
        case 0xa8 -> memory[0] &= ~MOUSE_OFF;
        case 0xa9, 0xab -> reply(0, 0);
        case 0xaa -> reply(0x55, 0);
        case 0xad -> memory[0] |= KEYBOARD_OFF;
        case 0xae -> memory[0] &= ~KEYBOARD_OFF;
        case 0xc0 -> reply(INPUT_PORT, 0);
        case 0xd0 -> reply(OUTPUT_PORT, 0);
        case WRITE_OUTPUT_PORT, WRITE_KEYBOARD_OUTPUT, WRITE_MOUSE_OUTPUT, WRITE_MOUSE ->
            pendingCommand = command;
        default -> pendingCommand = command >= 0x60 && command < 0x80 ? command : NO_COMMAND;
      }
    }
  }

  private void data(int command, int value) {
    switch (command) {
      case NO_COMMAND -> {
        memory[0] &= ~KEYBOARD_OFF;
        reply(RESEND, TIMEOUT);
      }
      case WRITE_OUTPUT_PORT -> {
        if ((value & 0x01) == 0) {
          machine.exit(new ExitReason.Reset("keyboard controller"));
        }
      }
      case WRITE_KEYBOARD_OUTPUT -> reply(value, 0);
      case WRITE_MOUSE_OUTPUT -> reply(value, FROM_MOUSE);
      case WRITE_MOUSE -> reply(RESEND, FROM_MOUSE | TIMEOUT);
      default -> memory[command & 31] = (byte) value;
    }
  }

  /** Commands F0h to FFh pulse the output lines whose bit is zero; line 0 is the processor's reset. */
  private void pulse(int command) {
    if ((command & 0x01) == 0) {
      machine.exit(new ExitReason.Reset("keyboard controller"));
    }
  }

  private void reply(int value, int flags) {
    output = value;
    status = status & ~(FROM_MOUSE | TIMEOUT) | OUTPUT_FULL | flags;
  }

  private void updateLines() {
    boolean full = (status & OUTPUT_FULL) != 0;
    boolean fromMouse = (status & FROM_MOUSE) != 0;
    keyboardLine.set(full && !fromMouse && (memory[0] & KEYBOARD_INTERRUPT) != 0);
    mouseLine.set(full && fromMouse && (memory[0] & MOUSE_INTERRUPT) != 0);
  }
}
