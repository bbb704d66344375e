package org.paravane.core.cpu;

/** Who wants to know of accesses to some data without the guest's noticing: a debugger's watchpoints. */
public interface DataWatch {
  /** Wants to know of nothing. */
  DataWatch NONE =
      new DataWatch() {
        @Override
        public boolean watches(long page) {
          return false;
        }

        @Override
        public void accessed(long linear, int sizeBytes, boolean write) {}
      };

  /** Tells whether anything in the page that starts at a linear address is watched. */
  boolean watches(long page);

  /**
   * An instruction accesses data, some of it in a watched page perhaps; that access faults no more.
   *
   * @param linear first byte
   * @param write whether it writes; an instruction that does both accesses twice
   */
  void accessed(long linear, int sizeBytes, boolean write);
}
