package org.paravane.platform.xen;

import java.util.ArrayDeque;
import java.util.function.IntConsumer;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The page of the guest's console.
 *
 * <pre>000 in 400   400 out 800   c00 in_cons 4   c04 in_prod 4   c08 out_cons 4   c0c out_prod 4</pre>
 *
 * @abi xen/include/public/io/console.h
 */
public final class ConsoleRing {
  private static final int IN_BYTES = 0x400;
  private static final int OUT = 0x400;
  private static final int OUT_BYTES = 0x800;
  private static final int IN_CONS = 0xc00;
  private static final int IN_PROD = 0xc04;
  private static final int OUT_CONS = 0xc08;
  private static final int OUT_PROD = 0xc0c;

  private final PhysicalMemory memory;
  private final long page;
  private final IntConsumer output;
  private final ArrayDeque<Byte> typed = new ArrayDeque<>();
  private Runnable notify = () -> {};

  /**
   * Serves a ring.
   *
   * @param page guest-physical address of the page
   * @param output gets each byte that the guest prints, 0 to 255
   */
  public ConsoleRing(PhysicalMemory memory, long page, IntConsumer output) {
    this.memory = memory;
    this.page = page;
    this.output = output;
  }

  /** Names what tells the guest that the ring has moved. */
  void notify(Runnable listener) {
    notify = listener;
  }

  private int get(int offset) {
    return (int) memory.busRead(page + offset, 4);
  }

  private void put(int offset, int value) {
    memory.busWrite(page + offset, 4, value & 0xffff_ffffL);
  }

  /** The guest has written, or has read what was typed. */
  void serve() {
    boolean printed = print();
    if (type() || printed) {
      notify.run();
    }
  }

  /** Types a byte; it waits until there is room. */
  public void type(byte value) {
    typed.add(value);
    if (type()) {
      notify.run();
    }
  }

  private boolean print() {
    int consumer = get(OUT_CONS);
    int available = get(OUT_PROD) - consumer;
    if (available == 0 || Integer.compareUnsigned(available, OUT_BYTES) > 0) {
      return false;
    }
    for (int i = 0; i < available; i++) {
      output.accept((int) memory.busRead(page + OUT + (consumer + i & OUT_BYTES - 1), 1));
    }
    put(OUT_CONS, consumer + available);
    return true;
  }

  private boolean type() {
    int producer = get(IN_PROD);
    int room = IN_BYTES - (producer - get(IN_CONS));
    int start = producer;
    while (room-- > 0 && !typed.isEmpty()) {
      memory.busWrite(page + (producer++ & IN_BYTES - 1), 1, typed.remove() & 0xff);
    }
    put(IN_PROD, producer);
    return producer != start;
  }
}
