package org.paravane.platform.xen.event;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.memory.PhysicalMemory;

/**
 * A word for each port in pages that the guest gives, linked into a queue for each priority and processor.
 *
 * @abi xen/include/public/event_channel.h
 */
final class FifoEvents implements EventAbi {
  static final int LINK_BITS = 17;
  static final int PRIORITIES = 16;
  static final int CONTROL_BYTES = 8 + 4 * PRIORITIES;
  static final int WORDS_PER_PAGE = 1024;
  static final int MOST_PAGES = (1 << LINK_BITS) / WORDS_PER_PAGE;

  private static final long PENDING = 1L << 31;
  private static final long MASKED = 1L << 30;
  private static final long LINKED = 1L << 29;
  private static final long LINK_MASK = (1L << LINK_BITS) - 1;
  private static final int HEADS = 8;

  private final PhysicalMemory memory;
  private final EventChannels channels;
  private final List<Long> pages = new ArrayList<>();
  private final long[] controlBlocks;
  private final int[][] tails;

  FifoEvents(PhysicalMemory memory, EventChannels channels, int vcpus) {
    this.memory = memory;
    this.channels = channels;
    controlBlocks = new long[vcpus];
    tails = new int[vcpus][PRIORITIES];
    java.util.Arrays.fill(controlBlocks, -1);
  }

  /** Tells whether a processor has its control block. */
  boolean hasControlBlock(int vcpu) {
    return controlBlocks[vcpu] >= 0;
  }

  /** Gives a processor its control block; what is in it stays. */
  void controlBlock(int vcpu, long address) {
    controlBlocks[vcpu] = address;
  }

  /** Adds a page of words; what became pending before it was there is raised by the caller. */
  void addPage(long address) {
    pages.add(address);
  }

  @Override
  public int ports() {
    return 1 << LINK_BITS;
  }

  /** Ports that have a word. */
  int wordsAvailable() {
    return pages.size() * WORDS_PER_PAGE;
  }

  private long wordAddress(int number) {
    int page = number / WORDS_PER_PAGE;
    return page < pages.size() ? pages.get(page) + number % WORDS_PER_PAGE * 4L : -1;
  }

  @Override
  public boolean raise(int number, Port port) {
    long address = wordAddress(number);
    if (address < 0) {
      port.pendingUnseen = true;
      return false;
    }
    if (controlBlocks[port.vcpu] < 0) {
      // Events for a processor without a control block are lost.
      return false;
    }
    long word = memory.busRead(address, 4);
    boolean wasPending = (word & PENDING) != 0;
    word |= PENDING;
    memory.busWrite(address, 4, word);
    if ((word & (MASKED | LINKED)) == 0) {
      memory.busWrite(address, 4, word | LINKED);
      link(number, port);
    }
    return !wasPending;
  }

  private void link(int number, Port port) {
    if (tails[port.lastVcpu][port.lastQueue] == number) {
      tails[port.lastVcpu][port.lastQueue] = 0;
    }
    port.lastVcpu = port.vcpu;
    port.lastQueue = port.priority;
    int[] queue = tails[port.vcpu];
    int tail = queue[port.priority];
    queue[port.priority] = number;
    long control = controlBlocks[port.vcpu];
    if (tail != 0) {
      long address = wordAddress(tail);
      long word = memory.busRead(address, 4);
      if ((word & LINKED) != 0) {
        memory.busWrite(address, 4, word & ~LINK_MASK | number);
        return;
      }
    }
    memory.busWrite(control + HEADS + 4L * port.priority, 4, number);
    long ready = memory.busRead(control, 4);
    if ((ready >>> port.priority & 1) == 0) {
      memory.busWrite(control, 4, ready | 1L << port.priority);
      channels.upcall(port.vcpu);
    }
  }

  @Override
  public void clear(int number, Port port) {
    port.pendingUnseen = false;
    change(number, PENDING, false);
  }

  @Override
  public void unmask(int number, Port port) {
    change(number, MASKED, false);
    if (pending(number, port)) {
      raise(number, port);
    }
  }

  @Override
  public boolean pending(int number, Port port) {
    long address = wordAddress(number);
    return address >= 0 && (memory.busRead(address, 4) & PENDING) != 0;
  }

  /** It may still stand in a queue of the guest's. */
  @Override
  public boolean busy(int number) {
    long address = wordAddress(number);
    return address >= 0 && (memory.busRead(address, 4) & LINKED) != 0;
  }

  @Override
  public boolean masked(int number, Port port) {
    long address = wordAddress(number);
    return address < 0 || (memory.busRead(address, 4) & MASKED) != 0;
  }

  private void change(int number, long bit, boolean value) {
    long address = wordAddress(number);
    if (address >= 0) {
      long word = memory.busRead(address, 4);
      memory.busWrite(address, 4, value ? word | bit : word & ~bit);
    }
  }
}
