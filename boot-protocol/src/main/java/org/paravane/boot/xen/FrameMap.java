package org.paravane.boot.xen;

import java.util.Random;
import org.paravane.core.memory.GuestMemory;

/**
 * Which machine frame each pseudo-physical frame of a PV guest is. Machine addresses are the emulator's guest-physical
 * addresses, so that the hole below 4 GiB has none.
 */
public final class FrameMap {
  private static final long HOLE_START = GuestMemory.HOLE_START >>> 12;
  private static final long HOLE_FRAMES = GuestMemory.HOLE_END - GuestMemory.HOLE_START >>> 12;

  private final int[] order;

  private FrameMap(int[] order) {
    this.order = order;
  }

  /** So many pages in the order of their machine addresses: PFN and MFN are the same below 3 GiB. */
  public static FrameMap identity(int pages) {
    int[] order = new int[pages];
    for (int i = 0; i < pages; i++) {
      order[i] = i;
    }
    return new FrameMap(order);
  }

  /** So many pages in an order that a seed decides. */
  public static FrameMap permuted(int pages, long seed) {
    FrameMap map = identity(pages);
    Random random = new Random(seed);
    for (int i = pages - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = map.order[i];
      map.order[i] = map.order[other];
      map.order[other] = swapped;
    }
    return map;
  }

  /** Pages of the guest. */
  public int pages() {
    return order.length;
  }

  /** The machine frame of a pseudo-physical frame, from 0 to {@link #pages()} - 1. */
  public long machineFrame(long pseudoPhysicalFrame) {
    return machineFrameOf(order[Math.toIntExact(pseudoPhysicalFrame)]);
  }

  /** The machine frame of the n-th page of RAM. */
  public static long machineFrameOf(long ramPage) {
    return ramPage < HOLE_START ? ramPage : ramPage + HOLE_FRAMES;
  }
}
