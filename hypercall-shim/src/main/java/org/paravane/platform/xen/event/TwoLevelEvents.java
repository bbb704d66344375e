package org.paravane.platform.xen.event;

import org.paravane.core.memory.PhysicalMemory;

/** Pending and mask bits in shared_info, a selector word in each vcpu_info. @abi xen/include/public/xen.h */
final class TwoLevelEvents implements EventAbi {
  private static final int PORTS = 4096;
  private static final int PENDING = 0x800;
  private static final int MASK = 0xa00;

  private final PhysicalMemory memory;
  private final EventChannels channels;

  TwoLevelEvents(PhysicalMemory memory, EventChannels channels) {
    this.memory = memory;
    this.channels = channels;
  }

  @Override
  public int ports() {
    return PORTS;
  }

  @Override
  public boolean raise(int number, Port port) {
    if (pending(number, port)) {
      return false;
    }
    bit(PENDING, number, true);
    if (!masked(number, port)) {
      select(number, port);
    }
    return true;
  }

  private void select(int number, Port port) {
    long selector = channels.target(port.vcpu).infoAddress() + EventChannels.INFO_SELECTOR;
    long word = memory.busRead(selector, 8);
    long bit = 1L << (number >> 6);
    if ((word & bit) == 0) {
      memory.busWrite(selector, 8, word | bit);
      channels.upcall(port.vcpu);
    }
  }

  @Override
  public void clear(int number, Port port) {
    bit(PENDING, number, false);
  }

  @Override
  public void unmask(int number, Port port) {
    if (masked(number, port)) {
      bit(MASK, number, false);
      if (pending(number, port)) {
        select(number, port);
      }
    }
  }

  @Override
  public boolean pending(int number, Port port) {
    return bit(PENDING, number);
  }

  @Override
  public boolean masked(int number, Port port) {
    return bit(MASK, number);
  }

  private long word(int array, int number) {
    return channels.sharedInfo() + array + (number >> 6) * 8L;
  }

  private boolean bit(int array, int number) {
    return (memory.busRead(word(array, number), 8) >>> number & 1) != 0;
  }

  private void bit(int array, int number, boolean value) {
    long address = word(array, number);
    long old = memory.busRead(address, 8);
    memory.busWrite(address, 8, value ? old | 1L << number : old & ~(1L << number));
  }
}
