package org.paravane.platform.xen;

import org.paravane.core.execution.Machine;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.WritableFrames;
import org.paravane.platform.xen.abi.XenError;

/**
 * How a processor has spent its time, and the guest's copy of it.
 *
 * <pre>
 *         00 state 4   08 state_entry_time 8   10 time 8 x 4
 * 32-bit: 00 state 4   04 state_entry_time 8   0c time 8 x 4
 * </pre>
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

  private WritableFrames frames;
  private int state;
  private int stateBytes;
  private long since;

  Runstate(Machine machine, int state) {
    this.machine = machine;
    this.state = state;
    frames = WritableFrames.ram(machine.memory());
  }

  /** Says what may be written to of the guest's memory. */
  void writableFrames(WritableFrames value) {
    frames = value;
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
    int bytes = guest.wordBytes();
    write(guest, linear, bytes, state);
    for (int i = 1; i < WORDS; i++) {
      guest.write64(linear + offset(i, bytes), word(i));
    }
  }

  private static void write(GuestSpace guest, long linear, int bytes, int state) {
    if (bytes == 4) {
      guest.write32(linear, state);
    } else {
      guest.write64(linear, state);
    }
  }

  /** Where a word lies, behind a state of so many bytes. */
  private static long offset(int word, int stateBytes) {
    return word == 0 ? 0 : stateBytes + 8L * (word - 1);
  }

  /**
   * Gives the guest a copy that stays current.
   *
   * @throws XenError -EFAULT if the addresses are not mapped
   */
  void register(GuestSpace guest, long linear) {
    long[] addresses = new long[WORDS];
    int bytes = guest.wordBytes();
    for (int i = 0; i < WORDS; i++) {
      addresses[i] = guest.physical(linear + offset(i, bytes));
      if ((linear & bytes - 1) != 0 || addresses[i] < 0) {
        throw new XenError(Errno.EFAULT);
      }
    }
    area = addresses;
    stateBytes = bytes;
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
        if (frames.writable(area[i] >>> 12)) {
          machine.memory().busWrite(area[i], i == 0 ? stateBytes : 8, word(i));
        }
      }
    }
  }
}
