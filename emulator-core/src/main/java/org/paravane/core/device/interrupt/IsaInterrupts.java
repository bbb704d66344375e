package org.paravane.core.device.interrupt;

import java.util.List;
import org.paravane.core.io.InterruptLine;

/**
 * The ISA interrupt lines of a PC: each reaches the 8259 pair and the I/O APIC, where IRQ 0 arrives at input 2. Devices
 * that share a line each get their own wire; the line is asserted while any of them is.
 */
public final class IsaInterrupts {
  private static final int LINES = 16;
  private static final int CASCADE = 2;

  private final InterruptLine[][] inputs = new InterruptLine[LINES][];
  private final int[] sources = new int[LINES];

  /** Creates the lines of a machine that has both kinds of controller. */
  public IsaInterrupts(Pic8259Pair pic, IoApic ioApic) {
    this(List.of(pic::input, irq -> ioApic.input(ioApicPin(irq))));
  }

  /** Creates the lines of a machine without an I/O APIC. */
  public IsaInterrupts(Pic8259Pair pic) {
    this(List.of(pic::input));
  }

  /** Creates the lines of a machine without 8259s. */
  public IsaInterrupts(IoApic ioApic) {
    this(List.of(irq -> ioApic.input(ioApicPin(irq))));
  }

  private IsaInterrupts(List<Inputs> controllers) {
    for (int irq = 0; irq < LINES; irq++) {
      if (irq != CASCADE) {
        int line = irq;
        inputs[irq] =
            controllers.stream()
                .map(controller -> controller.input(line))
                .toArray(InterruptLine[]::new);
      }
    }
  }

  /** The I/O APIC input that an ISA interrupt reaches; the MADT must say the same. */
  public static int ioApicPin(int irq) {
    return irq == 0 ? 2 : irq;
  }

  /** A new wire to an interrupt, 0 to 15 without 2. */
  public InterruptLine line(int irq) {
    if (irq < 0 || irq >= LINES || irq == CASCADE) {
      throw new IllegalArgumentException("no device can use IRQ " + irq);
    }
    return new Wire(irq);
  }

  private void change(int irq, int by) {
    boolean before = sources[irq] > 0;
    sources[irq] += by;
    boolean after = sources[irq] > 0;
    if (before != after) {
      for (InterruptLine input : inputs[irq]) {
        input.set(after);
      }
    }
  }

  /** Where the lines of one controller start. */
  private interface Inputs {
    InterruptLine input(int irq);
  }

  /** One device's share of a line. */
  private final class Wire implements InterruptLine {
    private final int irq;
    private boolean asserted;

    Wire(int irq) {
      this.irq = irq;
    }

    @Override
    public void set(boolean nowAsserted) {
      if (nowAsserted != asserted) {
        asserted = nowAsserted;
        change(irq, nowAsserted ? 1 : -1);
      }
    }
  }
}
