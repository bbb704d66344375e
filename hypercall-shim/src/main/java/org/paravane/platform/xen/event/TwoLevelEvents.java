package org.paravane.platform.xen.event;

import org.paravane.core.memory.PhysicalMemory;

/** Pending and mask bits in shared_info, a selector word in each vcpu_info. @abi xen/include/public/xen.h */
final class TwoLevelEvents implements EventAbi {
  private final PhysicalMemory memory;
  private final EventChannels channels;

  TwoLevelEvents(PhysicalMemory memory, EventChannels channels) {
    this.memory = memory;
    this.channels = channels;
  }

  @Override
  public int ports() {
    int words = channels.layout().wordBits();
    return words * words;
  }

  @Override
  public boolean raise(int number, Port port) {
    if (pending(number, port)) {
      return false;
    }
    bit(SharedInfoLayout.PENDING, number, true);
    if (!masked(number, port)) {
      select(number, port);
    }
    return true;
  }

  private void select(int number, Port port) {
    SharedInfoLayout layout = channels.layout();
    long selector = channels.target(port.vcpu).infoAddress() + layout.selector();
    long word = memory.busRead(selector, layout.wordBytes());
    long bit = 1L << number / layout.wordBits();
    if ((word & bit) == 0) {
      memory.busWrite(selector, layout.wordBytes(), word | bit);
      channels.upcall(port.vcpu);
    }
  }

  @Override
  public void clear(int number, Port port) {
    bit(SharedInfoLayout.PENDING, number, false);
  }

  @Override
  public void unmask(int number, Port port) {
    if (masked(number, port)) {
      bit(channels.layout().mask(), number, false);
      if (pending(number, port)) {
        select(number, port);
      }
    }
  }

  @Override
  public boolean pending(int number, Port port) {
    return bit(SharedInfoLayout.PENDING, number);
  }

  @Override
  public boolean busy(int number) {
    return false;
  }

  @Override
  public boolean masked(int number, Port port) {
    return bit(channels.layout().mask(), number);
  }

  private long at(int array, int number) {
    return channels.sharedInfo() + array + (number >> 3);
  }

  private boolean bit(int array, int number) {
    return (memory.busRead(at(array, number), 1) >>> (number & 7) & 1) != 0;
  }

  private void bit(int array, int number, boolean value) {
    long address = at(array, number);
    long old = memory.busRead(address, 1);
    long bit = 1L << (number & 7);
    memory.busWrite(address, 1, value ? old | bit : old & ~bit);
  }
}
