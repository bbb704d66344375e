package org.paravane.platform.xen;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Domid;

/**
 * The grants of the guest, version 1: which of its frames a backend may use. Frames come from the platform, one by one as
 * the table grows.
 *
 * <pre>00 flags 2   02 domid 2   04 frame 4</pre>
 *
 * @abi xen/include/public/grant_table.h
 */
public final class GrantTable {
  /** Grant reference of the console's page, filled in by whoever builds the domain. */
  public static final int CONSOLE_REFERENCE = 0;

  /** Grant reference of xenstore's page. */
  public static final int XENSTORE_REFERENCE = 1;

  /** Frames that the table may grow to. */
  public static final int MOST_FRAMES = 64;

  private static final int ENTRY_BYTES = 8;
  private static final int ENTRIES_PER_FRAME = 4096 / ENTRY_BYTES;
  private static final int TYPE_MASK = 3;
  private static final int PERMIT_ACCESS = 1;
  private static final int READONLY = 1 << 2;
  private static final int READING = 1 << 3;
  private static final int WRITING = 1 << 4;

  private final PhysicalMemory memory;
  private final IntToLongFunction newFrame;
  private final List<Long> frames = new ArrayList<>();

  /**
   * An empty table of one frame.
   *
   * @param newFrame gives the guest-physical address of the frame of an index, zeroed
   */
  public GrantTable(PhysicalMemory memory, IntToLongFunction newFrame) {
    this.memory = memory;
    this.newFrame = newFrame;
    grow(1);
  }

  /** Frames it has. */
  public int size() {
    return frames.size();
  }

  /** Makes it at least so many frames long; false beyond {@link #MOST_FRAMES}. */
  public boolean grow(int count) {
    if (count > MOST_FRAMES) {
      return false;
    }
    while (frames.size() < count) {
      frames.add(newFrame.applyAsLong(frames.size()));
    }
    return true;
  }

  /** Guest-physical address of a frame of the table. */
  public long frame(int index) {
    return frames.get(index);
  }

  /** Says that a frame lies elsewhere now, contents and all. */
  public void moved(int index, long address) {
    frames.set(index, address);
  }

  /** Grants the host a frame, as whoever builds the domain does. */
  public void permit(int reference, long frameNumber) {
    long entry = entry(reference);
    memory.busWrite(entry + 4, 4, frameNumber);
    memory.busWrite(entry, 4, PERMIT_ACCESS | Domid.HOST << 16);
  }

  private long entry(int reference) {
    return frames.get(reference / ENTRIES_PER_FRAME)
        + (long) (reference % ENTRIES_PER_FRAME) * ENTRY_BYTES;
  }

  /**
   * Begins a backend's use of a granted frame: the guest sees it as in use until {@link #end}.
   *
   * @return the frame's number, or empty if the host may not use it so
   */
  public OptionalLong begin(int reference, boolean write) {
    if (reference < 0 || reference >= frames.size() * ENTRIES_PER_FRAME) {
      return OptionalLong.empty();
    }
    long entry = entry(reference);
    int flags = (int) memory.busRead(entry, 2);
    boolean permitted =
        (flags & TYPE_MASK) == PERMIT_ACCESS
            && memory.busRead(entry + 2, 2) == Domid.HOST
            && !(write && (flags & READONLY) != 0);
    if (!permitted) {
      return OptionalLong.empty();
    }
    memory.busWrite(entry, 2, flags | READING | (write ? WRITING : 0));
    return OptionalLong.of(memory.busRead(entry + 4, 4));
  }

  /** Ends a backend's use of a granted frame. */
  public void end(int reference) {
    long entry = entry(reference);
    memory.busWrite(entry, 2, memory.busRead(entry, 2) & ~(READING | WRITING));
  }
}
