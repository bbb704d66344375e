package org.paravane.platform.xen.abi;

import org.paravane.core.memory.PhysicalMemory;

/** Which frames of the guest the hypervisor may write to. */
public interface WritableFrames {
  /** Takes a frame into use for good; false if it may not be written to. */
  boolean use(long frame);

  /** Tells whether a frame may be written to right now. */
  boolean writable(long frame);

  /** All RAM: for guests whose page tables the hypervisor does not know. */
  static WritableFrames ram(PhysicalMemory memory) {
    return new WritableFrames() {
      @Override
      public boolean use(long frame) {
        return writable(frame);
      }

      @Override
      public boolean writable(long frame) {
        return frame >>> 40 == 0 && memory.ramOffset(frame << 12) >= 0;
      }
    };
  }
}
