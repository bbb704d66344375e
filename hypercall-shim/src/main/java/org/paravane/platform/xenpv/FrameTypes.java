package org.paravane.platform.xenpv;

import java.util.BitSet;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.WritableFrames;

/**
 * What the frames of the domain are in use as, and how often: of several uses a frame has one at a time, so that no page
 * table is ever mapped writable. A frame stays the domain's until it is given back and its last use has ended.
 *
 * <p>An error is a number of {@link Errno}, negated; 0 is success.
 *
 * @abi xen/arch/x86/mm.c, struct page_info
 */
final class FrameTypes implements WritableFrames {
  /** In no use yet. */
  static final int NONE = 0;

  /** A page table of level 4; those of the other levels are 1, 2 and 3. */
  static final int L4 = 4;

  /** A page of a GDT or LDT. */
  static final int DESCRIPTORS = 5;

  /** Mapped writable, or written to by the hypervisor. */
  static final int WRITABLE = 7;

  private static final int TYPE = 7;

  /** What the frame holds was found right for its type. */
  private static final int VALIDATED = 1 << 3;

  /** One of the uses is a pin. */
  private static final int PINNED = 1 << 4;

  /** The domain has not given it back. */
  private static final int ALLOCATED = 1 << 5;

  /** The hypervisor's, lent to the domain. */
  private static final int SHARED = 1 << 6;

  /** What a use of a type asks of a frame's contents. */
  interface Contents {
    /** Checks them, and begins the uses that they are of other frames; none of these is left after an error. */
    long promote(long frame, int type);

    /** Ends the uses that they are of other frames. */
    void demote(long frame, int type);
  }

  private final MachineFrames frames;
  private final Runnable flush;
  private final byte[] state;
  private final int[] uses;
  private final int[] readers;

  /** Above 0 the table's entries for tables of its own level, below 0 its uses by such entries. */
  private final short[] linear;

  /** The number of flushes when the last use of a frame ended. */
  private final int[] flushesAtEnd;

  private final BitSet free = new BitSet();
  private int flushes;
  private Contents contents;

  /**
   * The frames of a guest, all of them its own and in no use.
   *
   * @param flush forgets every processor's translations
   */
  FrameTypes(MachineFrames frames, Runnable flush) {
    this.frames = frames;
    this.flush = flush;
    int count = Math.toIntExact(frames.highestFrame() + 1);
    state = new byte[count];
    uses = new int[count];
    readers = new int[count];
    linear = new short[count];
    flushesAtEnd = new int[count];
    for (int page = 0; page < frames.guest().pages(); page++) {
      state[(int) frames.guest().machineFrame(page)] = ALLOCATED;
    }
  }

  /** Names who knows the contents. */
  void contents(Contents value) {
    contents = value;
  }

  /** Lends a frame of the hypervisor to the domain, for writing: gives its address back. */
  long share(long address) {
    int frame = (int) (address >>> 12);
    state[frame] = ALLOCATED | SHARED | VALIDATED | WRITABLE;
    uses[frame] = 1;
    return address;
  }

  /** Tells whether a frame is the domain's. */
  boolean owned(long frame) {
    return frames.exists(frame) && (allocated((int) frame) || inUse((int) frame));
  }

  private boolean allocated(int frame) {
    return (state[frame] & ALLOCATED) != 0;
  }

  private boolean inUse(int frame) {
    return uses[frame] != 0 || readers[frame] != 0;
  }

  /** The type of a frame's present or last use. */
  int type(long frame) {
    return state[(int) frame] & TYPE;
  }

  /** The type of a frame's present use, or {@link #NONE}. */
  int typeInUse(long frame) {
    return uses[(int) frame] != 0 && (state[(int) frame] & VALIDATED) != 0 ? type(frame) : NONE;
  }

  /** How many uses a frame has, mappings for reading not counted. */
  int uses(long frame) {
    return uses[(int) frame];
  }

  @Override
  public boolean use(long frame) {
    return begin(frame, WRITABLE) == 0;
  }

  @Override
  public boolean writable(long frame) {
    return owned(frame) && typeInUse(frame) == WRITABLE;
  }

  /** Begins a use of a frame that may or may not be the domain's. */
  long begin(long frame, int type) {
    if (!owned(frame)) {
      return -Errno.EINVAL;
    }
    int i = (int) frame;
    if (uses[i] == 0) {
      changeType(i, type);
    } else if ((state[i] & (TYPE | VALIDATED)) != (type | VALIDATED)) {
      return -Errno.EINVAL;
    }
    uses[i]++;
    if ((state[i] & VALIDATED) == 0) {
      linear[i] = 0;
      long result = contents.promote(frame, type);
      if (result != 0) {
        uses[i]--;
        state[i] &= ~TYPE;
        freeIfUnused(i);
        return result;
      }
      state[i] |= VALIDATED;
    }
    return 0;
  }

  private void changeType(int frame, int type) {
    int old = state[frame] & TYPE;
    if (old == type) {
      return;
    }
    if (old != NONE && flushesAtEnd[frame] == flushes) {
      // A translation from the former use may still be known.
      flushAll();
    }
    state[frame] = (byte) (state[frame] & ~(TYPE | VALIDATED) | type);
    if (type == WRITABLE) {
      state[frame] |= VALIDATED;
    }
  }

  /** Forgets every processor's translations. */
  void flushAll() {
    flushes++;
    flush.run();
  }

  /** Ends a use of a frame. */
  void end(long frame) {
    int i = (int) frame;
    int type = state[i] & TYPE;
    if (uses[i] == 1 && type <= L4 && (state[i] & VALIDATED) != 0) {
      state[i] &= ~VALIDATED;
      contents.demote(frame, type);
    }
    uses[i]--;
    if (uses[i] == 0) {
      flushesAtEnd[i] = flushes;
      freeIfUnused(i);
    }
  }

  /** Begins a mapping of one of the domain's frames for reading. */
  void beginReading(long frame) {
    readers[(int) frame]++;
  }

  /** Ends a mapping for reading. */
  void endReading(long frame) {
    readers[(int) frame]--;
    freeIfUnused((int) frame);
  }

  private void freeIfUnused(int frame) {
    if (!allocated(frame) && !inUse(frame)) {
      free.set(frame);
    }
  }

  /** Pins a page table of a level. */
  long pin(long frame, int level) {
    long result = begin(frame, level);
    if (result == 0 && (state[(int) frame] & PINNED) != 0) {
      end(frame);
      return -Errno.EINVAL;
    }
    if (result == 0) {
      state[(int) frame] |= PINNED;
    }
    return result;
  }

  /** Unpins a page table. */
  long unpin(long frame) {
    if (!owned(frame) || (state[(int) frame] & PINNED) == 0) {
      return -Errno.EINVAL;
    }
    state[(int) frame] &= ~PINNED;
    end(frame);
    return 0;
  }

  /**
   * Begins a use of a table by an entry of another table of the same level.
   *
   * @return false if the one has such an entry already, the other is so used, or it is no table of that level
   */
  boolean beginLinear(long frame, int level, long table) {
    int used = (int) frame;
    int user = (int) table;
    if (!owned(frame)
        || typeInUse(frame) != level
        || linear[used] > 0
        || linear[used] == Short.MIN_VALUE
        || linear[user] < 0
        || linear[user] == Short.MAX_VALUE) {
      return false;
    }
    linear[user]++;
    linear[used]--;
    uses[used]++;
    return true;
  }

  /** Ends a use of a table by another of its own level. */
  void endLinear(long frame, long table) {
    end(frame);
    linear[(int) frame]++;
    linear[(int) table]--;
  }

  /**
   * Takes a frame back from the domain, as soon as nothing uses it.
   *
   * @return false if it is none of its RAM
   */
  boolean release(long frame) {
    if (!owned(frame) || (state[(int) frame] & SHARED) != 0) {
      return false;
    }
    state[(int) frame] &= ~ALLOCATED;
    freeIfUnused((int) frame);
    return true;
  }

  /** How many frames of its RAM the domain does not have. */
  int freeFrames() {
    return free.cardinality();
  }

  /** Gives the domain a run of so many free frames: the first of them, a multiple of their number, or -1. */
  long allocate(int count) {
    for (int frame = free.nextSetBit(0); frame >= 0; frame = free.nextSetBit(frame + 1)) {
      if ((frame & count - 1) == 0 && free.nextClearBit(frame) >= frame + count) {
        free.clear(frame, frame + count);
        for (int i = frame; i < frame + count; i++) {
          state[i] |= ALLOCATED;
        }
        return frame;
      }
    }
    return -1;
  }
}
