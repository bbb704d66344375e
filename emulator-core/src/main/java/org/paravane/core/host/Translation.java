package org.paravane.core.host;

import java.util.Arrays;

/** The code of a block on the host. */
public final class Translation {
  private final HostCode host;
  private final long entry;
  private final long checkedEntry;
  private final long descriptor;

  /** What the descriptor says. */
  private long linear;

  private long epoch;

  private int[] incoming = new int[2];
  private int incomingCount;

  Translation(HostCode host, long entry, long checkedEntry, long descriptor) {
    this.host = host;
    this.entry = entry;
    this.checkedEntry = checkedEntry;
    this.descriptor = descriptor;
  }

  /** Address of the code for who knows that the block is what the page tables map at RIP. */
  long entry() {
    return entry;
  }

  /** Address of the code for who does not know: it leaves again if the block is not. */
  long checkedEntry() {
    return checkedEntry;
  }

  /** Offset in the memory of the {@link HostCode} of the linear address and the epoch that the block was verified for. */
  long descriptor() {
    return descriptor;
  }

  /** Notes where the block was verified; false if the descriptor says so already. */
  boolean verified(long newLinear, long newEpoch) {
    if (linear == newLinear && epoch == newEpoch) {
      return false;
    }
    linear = newLinear;
    epoch = newEpoch;
    return true;
  }

  /** Notes a link that leads here. */
  void linked(int link) {
    if (incomingCount == incoming.length) {
      incoming = Arrays.copyOf(incoming, 2 * incomingCount);
    }
    incoming[incomingCount++] = link;
  }

  /** The links that lead here. */
  int[] incoming() {
    return Arrays.copyOf(incoming, incomingCount);
  }

  /** The block's bytes change: nothing may lead to its code any more. */
  public void drop() {
    host.drop(this);
  }
}
