package org.paravane.core.execution;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.memory.CodeWriteListener;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The decoded blocks of one machine, by where in RAM they start and by mode. A page that holds blocks is marked as code in
 * {@link PhysicalMemory}, so that every write to it arrives here first and drops the blocks that it changes.
 */
final class BlockCache implements CodeWriteListener {
  private static final int INITIAL_SLOTS = 8;

  private final PhysicalMemory physical;
  private final Page[] pages;
  private final List<LinearMemory> processors = new ArrayList<>();
  private CodeListener listener;

  /** The blocks that touch one page; an open hash table by start and mode. */
  private static final class Page {
    Block[] slots = new Block[INITIAL_SLOTS];
    int count;

    /** A bit for each 64 bytes of the page: whether one of the blocks may touch them. */
    long touched;

    static int hash(long ramOffset, int mode) {
      int key = (int) ramOffset & 0xfff | mode << 12;
      return key * 0x9e3779b9 >>> 8;
    }

    Block find(long ramOffset, int mode) {
      for (int i = hash(ramOffset, mode); ; i++) {
        Block block = slots[i & slots.length - 1];
        if (block == null || block.ramOffset == ramOffset && block.mode == mode && !block.dropped) {
          return block;
        }
      }
    }

    /** Adds a block that has bytes in the page from an offset on. */
    void add(Block block, long offset, int bytes) {
      touched |= touchedBy(offset, bytes);
      if (2 * ++count > slots.length) {
        Block[] old = slots;
        slots = new Block[2 * old.length];
        for (Block other : old) {
          if (other != null && !other.dropped) {
            place(other);
          }
        }
      }
      place(block);
    }

    private void place(Block block) {
      int i = hash(block.ramOffset, block.mode);
      while (slots[i & slots.length - 1] != null) {
        i++;
      }
      slots[i & slots.length - 1] = block;
    }

    private static long touchedBy(long offset, int bytes) {
      int first = (int) offset & 0xfff;
      return -1L << (first >> 6) & -1L >>> 63 - (first + bytes - 1 >> 6);
    }

    /** Drops the blocks that cover any of the bytes; tells whether there were any. */
    boolean drop(long offset, int bytes) {
      if ((touched & touchedBy(offset, bytes)) == 0) {
        return false;
      }
      boolean dropped = false;
      for (Block block : slots) {
        if (block != null && block.covers(offset, bytes)) {
          block.drop();
          dropped = true;
        }
      }
      if (dropped) {
        Block[] old = slots;
        slots = new Block[old.length];
        count = 0;
        for (Block block : old) {
          if (block != null && !block.dropped) {
            place(block);
            count++;
          }
        }
      }
      return dropped;
    }
  }

  BlockCache(PhysicalMemory physical) {
    this.physical = physical;
    pages = new Page[(int) (physical.sizeBytes() >>> 12)];
    physical.codeWriteListener(this);
  }

  /** Has somebody hear of blocks that are dropped, or nobody for null. */
  void listener(CodeListener newListener) {
    listener = newListener;
  }

  /** Names the TLBs to take write access from when a page becomes code. */
  void attach(LinearMemory processor) {
    processors.add(processor);
  }

  /** Drops every block. */
  void clear() {
    for (int i = 0; i < pages.length; i++) {
      if (pages[i] != null) {
        pages[i].drop((long) i << 12, 0x1000);
        pages[i] = null;
      }
      physical.markCode((long) i << 12, false);
    }
  }

  /** The block that starts at an offset into RAM, or null. */
  Block find(long ramOffset, int mode) {
    Page page = pages[(int) (ramOffset >>> 12)];
    return page == null ? null : page.find(ramOffset, mode);
  }

  /** Keeps a block. */
  void add(Block block) {
    int inFirst = block.firstPageBytes();
    page(block.ramOffset).add(block, block.ramOffset, inFirst);
    if (block.secondRamOffset >= 0) {
      page(block.secondRamOffset).add(block, block.secondRamOffset, block.length - inFirst);
    }
  }

  private Page page(long ramOffset) {
    int index = (int) (ramOffset >>> 12);
    Page page = pages[index];
    if (page == null) {
      page = new Page();
      pages[index] = page;
      physical.markCode(ramOffset, true);
      for (LinearMemory processor : processors) {
        processor.writeProtect(ramOffset);
      }
    }
    return page;
  }

  @Override
  public void beforeCodeWrite(long ramOffset, int length) {
    int index = (int) (ramOffset >>> 12);
    Page page = pages[index];
    if (page.drop(ramOffset, length)) {
      if (page.count == 0) {
        pages[index] = null;
        physical.markCode(ramOffset, false);
      }
      if (listener != null) {
        listener.dropped(ramOffset, length);
      }
    }
  }
}
