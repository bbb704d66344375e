package org.paravane.platform.lguest;

import java.util.Arrays;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The page tables that the processor really uses, filled from the guest's on page faults. The guest's are the two-level
 * tables of 32-bit paging with 4 KiB pages; before the guest has any, linear addresses are its physical ones. Accessed and
 * dirty bits are set in the guest's entries as a processor would.
 */
final class ShadowTables {
  private static final int PRESENT = 1;
  private static final int WRITE = 1 << 1;
  private static final int USER = 1 << 2;
  private static final int ACCESSED = 1 << 5;
  private static final int DIRTY = 1 << 6;
  private static final int PAGE_SIZE = 1 << 7;
  private static final int GLOBAL = 1 << 8;
  private static final int FRAME = 0xffff_f000;
  private static final int ERROR_WRITE = 1 << 1;
  private static final int ERROR_USER = 1 << 2;
  private static final int DIRECTORIES = 4;
  private static final long IDENTITY = -1;

  /** What a walk over the guest's tables came to. */
  enum Outcome {
    /** The shadow maps the address now; the access is to be tried again. */
    MAPPED,
    /** The guest maps nothing there. */
    ABSENT,
    /** The guest maps a page that does not allow the access. */
    FORBIDDEN,
    /** The guest's tables name memory that it does not have. */
    BAD
  }

  private final PhysicalMemory memory;
  private final HostPages pages;
  private final long[] guestDirectories = new long[DIRECTORIES];
  private final boolean[] used = new boolean[DIRECTORIES];
  private Cpu cpu;
  private int current;
  private int nextVictim;
  private int freeTable = DIRECTORIES;

  ShadowTables(PhysicalMemory memory, HostPages pages) {
    this.memory = memory;
    this.pages = pages;
    Arrays.fill(guestDirectories, IDENTITY);
    memory.put32(pages.switcherTable(), (int) pages.gdt() | PRESENT | ACCESSED);
  }

  /** Starts with linear addresses that are physical ones. */
  void enter(Cpu newCpu) {
    cpu = newCpu;
    used[0] = true;
    clear(0);
    cpu.control.writeCr3(directory(0));
  }

  /** Changes to the guest's directory at a physical address. */
  void load(long guestDirectory) {
    int found = -1;
    for (int i = 0; i < DIRECTORIES; i++) {
      if (used[i] && guestDirectories[i] == guestDirectory) {
        found = i;
      }
    }
    if (found < 0) {
      found = nextVictim;
      nextVictim = (nextVictim + 1) % DIRECTORIES;
      used[found] = true;
      guestDirectories[found] = guestDirectory;
      clear(found);
    }
    current = found;
    cpu.control.writeCr3(directory(found));
  }

  /** Forgets what was taken over from the current directory. */
  void flush() {
    clear(current);
    cpu.memory.flushAll();
  }

  /** Forgets what was taken over from one directory's part of 4 MiB. */
  void forgetRegion(long guestDirectory, int index) {
    for (int i = 0; i < DIRECTORIES; i++) {
      if (used[i]
          && guestDirectories[i] == guestDirectory
          && index < (int) (HostPages.SWITCHER >>> 22)) {
        memory.put32(directory(i) + 4L * index, 0);
      }
    }
    cpu.memory.flushAll();
  }

  /**
   * Forgets what was taken over for one address.
   *
   * @param everywhere in all directories: a kernel's own mapping
   */
  void forget(long guestDirectory, long linear, boolean everywhere) {
    for (int i = 0; i < DIRECTORIES; i++) {
      if (used[i]
          && (everywhere || guestDirectories[i] == guestDirectory)
          && linear < HostPages.SWITCHER) {
        int table = memory.get32(directory(i) + (linear >>> 22) * 4);
        if ((table & PRESENT) != 0) {
          memory.put32(entryAddress(table, linear), 0);
        }
      }
    }
    cpu.memory.flushPage(linear);
  }

  /** Takes over the guest's mapping of an address that faulted. */
  Outcome fault(long linear, int errorCode) {
    if (linear >= HostPages.SWITCHER) {
      return Outcome.ABSENT;
    }
    int directoryEntry = PRESENT | WRITE | USER;
    int entry = (int) linear & FRAME | PRESENT | WRITE | USER | DIRTY;
    long entryAddress = -1;
    long guestDirectory = guestDirectories[current];
    boolean write = (errorCode & ERROR_WRITE) != 0;
    if (guestDirectory != IDENTITY) {
      long directoryAddress = guestDirectory + (linear >>> 22) * 4;
      directoryEntry = memory.get32(directoryAddress);
      if ((directoryEntry & PRESENT) == 0) {
        return Outcome.ABSENT;
      }
      if ((directoryEntry & PAGE_SIZE) != 0 || !guests(directoryEntry)) {
        return Outcome.BAD;
      }
      entryAddress = entryAddress(directoryEntry, linear);
      entry = memory.get32(entryAddress);
      if ((entry & PRESENT) == 0) {
        return Outcome.ABSENT;
      }
      int allowed = directoryEntry & entry;
      if (write && (allowed & WRITE) == 0
          || (errorCode & ERROR_USER) != 0 && (allowed & USER) == 0) {
        return Outcome.FORBIDDEN;
      }
      memory.put32(directoryAddress, directoryEntry | ACCESSED);
    }
    if (!guests(entry)) {
      return Outcome.BAD;
    }
    entry |= write ? ACCESSED | DIRTY : ACCESSED;
    if (entryAddress >= 0) {
      memory.put32(entryAddress, entry);
    }
    // Writing to a clean page is to fault once more, for the guest's dirty bit.
    int rights = entry & ~((entry & DIRTY) == 0 ? WRITE | GLOBAL | PAGE_SIZE : GLOBAL | PAGE_SIZE);
    memory.put32(entryAddress(table(linear, directoryEntry), linear), rights);
    cpu.memory.flushPage(linear);
    return Outcome.MAPPED;
  }

  /** The guest-physical address of a linear one by the guest's tables, or -1. */
  long physical(long linear) {
    long guestDirectory = guestDirectories[current];
    if (guestDirectory == IDENTITY) {
      return linear < pages.guestEnd() ? linear : -1;
    }
    int directoryEntry = memory.get32(guestDirectory + (linear >>> 22) * 4);
    if ((directoryEntry & PRESENT) == 0 || !guests(directoryEntry)) {
      return -1;
    }
    int entry = memory.get32(entryAddress(directoryEntry, linear));
    return (entry & PRESENT) != 0 && guests(entry)
        ? entry & FRAME & 0xffff_ffffL | linear & 0xfff
        : -1;
  }

  private boolean guests(int entry) {
    return (entry & FRAME & 0xffff_ffffL) < pages.guestEnd();
  }

  private static long entryAddress(int table, long linear) {
    return (table & FRAME & 0xffff_ffffL) + (linear >>> 12 & 0x3ff) * 4;
  }

  private long directory(int index) {
    return pages.shadow() + (long) index * HostPages.PAGE;
  }

  /** The shadow table of an address, as an entry that names it; with all others forgotten if there is no room for it. */
  private int table(long linear, int guestEntry) {
    long at = directory(current) + (linear >>> 22) * 4;
    int table = memory.get32(at);
    if ((table & PRESENT) == 0) {
      if (freeTable == HostPages.SHADOW_PAGES) {
        freeTable = DIRECTORIES;
        for (int i = 0; i < DIRECTORIES; i++) {
          clear(i);
        }
        cpu.memory.flushAll();
      }
      long page = directory(freeTable++);
      memory.zero(page, HostPages.PAGE);
      table = (int) page | PRESENT | ACCESSED | guestEntry & (WRITE | USER);
      memory.put32(at, table);
    }
    return table;
  }

  private void clear(int index) {
    memory.zero(directory(index), HostPages.PAGE);
    memory.put32(
        directory(index) + (HostPages.SWITCHER >>> 22) * 4,
        (int) pages.switcherTable() | PRESENT | ACCESSED);
  }
}
