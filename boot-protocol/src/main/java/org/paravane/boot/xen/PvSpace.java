package org.paravane.boot.xen;

import org.paravane.core.memory.GuestMemory;

/** Memory of a PV guest by pseudo-physical frame. */
final class PvSpace {
  static final int PAGE = 4096;

  private final GuestMemory memory;
  private final FrameMap frames;

  PvSpace(GuestMemory memory, FrameMap frames) {
    this.memory = memory;
    this.frames = frames;
  }

  long machineFrame(long frame) {
    return frames.machineFrame(frame);
  }

  int pages() {
    return frames.pages();
  }

  /** Copies bytes to a pseudo-physical address. */
  void write(long address, byte[] source, int offset, int length) {
    for (int done = 0; done < length; ) {
      long at = address + done;
      int inPage = (int) Math.min(length - done, PAGE - (at & PAGE - 1));
      memory.write(machine(at), source, offset + done, inPage);
      done += inPage;
    }
  }

  void put64(long address, long value) {
    memory.put64(machine(address), value);
  }

  long get64(long address) {
    return memory.get64(machine(address));
  }

  private long machine(long address) {
    return frames.machineFrame(address >>> 12) << 12 | address & PAGE - 1;
  }
}
