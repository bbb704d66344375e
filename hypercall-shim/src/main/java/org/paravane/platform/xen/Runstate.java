package org.paravane.platform.xen;

import org.paravane.core.execution.Machine;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.XenError;

/**
 * How a processor has spent its time, and the guest's copy of it.
 *
 * <pre>00 state 4   08 state_entry_time 8   10 time 8 x 4</pre>
 *
 * @abi xen/include/public/vcpu.h
 */
public final class Runstate {
  static final int RUNNING = 0;
  static final int BLOCKED = 2;
  static final int OFFLINE = 3;

  private static final int WORDS = 6;

  private final Machine machine;
  private final long[] times = new long[4];

  /** Guest-physical addresses of the words, which may lie on two pages; null until registered. */
  private long[] area;

  private int state;
  private long since;

  Runstate(Machine machine, int state) {
    this.machine = machine;
    this.state = state;
  }

  /** Changes the state. */
  void enter(int next) {
    long now = machine.nanos();
    times[state] += now - since;
    since = now;
    state = next;
    publish();
  }

  /** Writes it to the caller's memory. */
  void copyTo(GuestSpace guest, long linear) {
    for (int i = 0; i < WORDS; i++) {
      guest.write64(linear + 8L * i, word(i));
    }
  }

  /**
   * Gives the guest a copy that stays current.
   *
   * @throws XenError -EFAULT if the addresses are not mapped
   */
  void register(GuestSpace guest, long linear) {
    long[] addresses = new long[WORDS];
    for (int i = 0; i < WORDS; i++) {
      addresses[i] = guest.physical(linear + 8L * i);
      if ((linear & 7) != 0 || addresses[i] < 0) {
        throw new XenError(Errno.EFAULT);
      }
    }
    area = addresses;
    publish();
  }

  private long word(int index) {
    return switch (index) {
      case 0 -> state;
      case 1 -> since;
      default -> times[index - 2];
    };
  }

  private void publish() {
    if (area != null) {
      for (int i = 0; i < WORDS; i++) {
        machine.memory().busWrite(area[i], 8, word(i));
      }
    }
  }
}
