package org.paravane.core.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.paravane.core.OutOfLine;
import org.paravane.core.OutOfLine.Registers;
import org.paravane.core.memory.PhysicalMemory;

/**
 * Memory by linear address, as one processor sees it: paging behind a TLB (SDM Vol. 3A chapter 4).
 *
 * <p>The TLB is direct-mapped, one table a privilege. An entry is four longs: a tag for reads, for writes and for
 * fetches, and what to add to a linear address to get an offset into RAM. A tag is the page's linear address, or {@link
 * #INVALID}. Only plain RAM gets tags; devices, pages that hold decoded code (for writes) and watched pages always take
 * the slow path. The tag is compared with the page of the access's last byte, so that an access that crosses into the
 * next page misses as well.
 *
 * <p>In every method {@code segment} is the segment register that the access goes through: a non-canonical address is
 * #SS for SS and #GP for the others.
 */
public final class LinearMemory {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int ENTRIES = 4096;
  private static final int INDEX_MASK = ENTRIES - 1 << 2;
  private static final long PAGE_MASK = ~0xfffL;
  private static final long INVALID = 1;
  private static final int WRITE_TAG = 1;
  private static final int FETCH_TAG = 2;
  private static final int ADDEND = 3;
  private static final long NO_EPOCH = -1;

  private final Cpu cpu;
  private final PhysicalMemory physical;
  private final MemorySegment ram;
  private final PageWalker walker;

  private final long[] supervisorTlb = new long[ENTRIES * 4];
  private final long[] userTlb = new long[ENTRIES * 4];

  /** For CPL 0-2 with RFLAGS.AC set while CR4.SMAP is: user pages may be touched. */
  private final long[] overrideTlb = new long[ENTRIES * 4];

  /** For CPL 3 with alignment checks on: stays empty, so that every access takes the path that checks. */
  private final long[] checkingTlb = new long[ENTRIES * 4];

  private long[] tlb = supervisorTlb;
  private boolean userAccess;

  /** Indices (in all three tables) filled from translations that are not global since the last flush of those. */
  private final FilledEntries local = new FilledEntries();

  /** Indices filled from global translations since the last flush of all. */
  private final FilledEntries global = new FilledEntries();

  /** For each entry of the three tables, whether its translation is global. */
  private final boolean[] isGlobal = new boolean[3 * ENTRIES];

  /** Which 2 MiB regions have entries from large pages, by a hash of the region. */
  private final long[] largeRegions = new long[64];

  private final FetchedPages fetched = new FetchedPages();

  private long lastEpoch;
  private long localEpoch;
  private long globalEpoch;
  private CodeRange currentCode = CodeRange.NONE;

  /** The code that the processor is executing right now, to find writes that change it. */
  public interface CodeRange {
    /** No code. */
    CodeRange NONE = (ramOffset, length) -> false;

    /** Tells whether changing these bytes of RAM would change code behind the current instruction. */
    boolean overlaps(long ramOffset, int length);

    /** Tells whether there may be code behind the current instruction. */
    default boolean continues() {
      return false;
    }

    /** Bytes from RIP to the last instruction: the one that executes if it ends its block. */
    default int lastOffset() {
      return 0;
    }

    /** Instructions before the last one. */
    default int lastIndex() {
      return 0;
    }
  }

  LinearMemory(Cpu cpu) {
    this.cpu = cpu;
    physical = cpu.physical;
    ram = physical.ram().segment();
    walker = new PageWalker(cpu);
    lastEpoch = (long) cpu.id << 48;
    invalidate(supervisorTlb);
    invalidate(userTlb);
    invalidate(overrideTlb);
    invalidate(checkingTlb);
    flushAll();
  }

  // Reads and writes

  /** Reads a byte, zero-extended. */
  public int read8(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i] == (linear & PAGE_MASK)) {
      return ram.get(BYTE, linear + tlb[i + ADDEND]) & 0xff;
    }
    return (int) slowRead(linear, segment, 1);
  }

  /** Reads two bytes, zero-extended. */
  public int read16(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i] == (linear + 1 & PAGE_MASK)) {
      return ram.get(SHORT, linear + tlb[i + ADDEND]) & 0xffff;
    }
    return (int) slowRead(linear, segment, 2);
  }

  /** Reads four bytes. */
  public int read32(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i] == (linear + 3 & PAGE_MASK)) {
      return ram.get(INT, linear + tlb[i + ADDEND]);
    }
    return (int) slowRead(linear, segment, 4);
  }

  /** Reads eight bytes. */
  public long read64(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i] == (linear + 7 & PAGE_MASK)) {
      return ram.get(LONG, linear + tlb[i + ADDEND]);
    }
    return slowRead(linear, segment, 8);
  }

  /** Writes a byte. */
  public void write8(long linear, int segment, int value) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear & PAGE_MASK)) {
      ram.set(BYTE, linear + tlb[i + ADDEND], (byte) value);
    } else {
      slowWrite(linear, segment, 1, value);
    }
  }

  /** Writes two bytes. */
  public void write16(long linear, int segment, int value) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear + 1 & PAGE_MASK)) {
      ram.set(SHORT, linear + tlb[i + ADDEND], (short) value);
    } else {
      slowWrite(linear, segment, 2, value);
    }
  }

  /** Writes four bytes. */
  public void write32(long linear, int segment, int value) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear + 3 & PAGE_MASK)) {
      ram.set(INT, linear + tlb[i + ADDEND], value);
    } else {
      slowWrite(linear, segment, 4, value);
    }
  }

  /** Writes eight bytes. */
  public void write64(long linear, int segment, long value) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear + 7 & PAGE_MASK)) {
      ram.set(LONG, linear + tlb[i + ADDEND], value);
    } else {
      slowWrite(linear, segment, 8, value);
    }
  }

  /** Reads 8, 16, 32 or 64 bits, zero-extended. */
  public long read(long linear, int segment, int bits) {
    return switch (bits) {
      case 8 -> read8(linear, segment);
      case 16 -> read16(linear, segment);
      case 32 -> read32(linear, segment) & 0xffff_ffffL;
      default -> read64(linear, segment);
    };
  }

  /** Writes 8, 16, 32 or 64 bits. */
  public void write(long linear, int segment, int bits, long value) {
    switch (bits) {
      case 8 -> write8(linear, segment, (int) value);
      case 16 -> write16(linear, segment, (int) value);
      case 32 -> write32(linear, segment, (int) value);
      default -> write64(linear, segment, value);
    }
  }

  /**
   * Reads a byte that the same instruction will write: faults as a write would, before anything changes.
   *
   * @return the byte, zero-extended
   */
  public int update8(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear & PAGE_MASK)) {
      return ram.get(BYTE, linear + tlb[i + ADDEND]) & 0xff;
    }
    return (int) slowUpdate(linear, segment, 1);
  }

  /** Reads two bytes that the same instruction will write, zero-extended: see {@link #update8}. */
  public int update16(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear + 1 & PAGE_MASK)) {
      return ram.get(SHORT, linear + tlb[i + ADDEND]) & 0xffff;
    }
    return (int) slowUpdate(linear, segment, 2);
  }

  /** Reads four bytes that the same instruction will write: see {@link #update8}. */
  public int update32(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear + 3 & PAGE_MASK)) {
      return ram.get(INT, linear + tlb[i + ADDEND]);
    }
    return (int) slowUpdate(linear, segment, 4);
  }

  /** Reads eight bytes that the same instruction will write: see {@link #update8}. */
  public long update64(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear + 7 & PAGE_MASK)) {
      return ram.get(LONG, linear + tlb[i + ADDEND]);
    }
    return slowUpdate(linear, segment, 8);
  }

  /** Reads 8, 16, 32 or 64 bits that the same instruction will write, zero-extended: see {@link #update8}. */
  public long update(long linear, int segment, int bits) {
    return switch (bits) {
      case 8 -> update8(linear, segment);
      case 16 -> update16(linear, segment);
      case 32 -> update32(linear, segment) & 0xffff_ffffL;
      default -> update64(linear, segment);
    };
  }

  /** Faults as a write of {@code sizeBytes} bytes (1 to 4096) would, before anything changes. */
  @OutOfLine(value = Registers.SEEN, rare = true)
  public void requireWritable(long linear, int segment, int sizeBytes) {
    linear &= addressMask();
    checkCanonical(linear, sizeBytes, segment);
    writable(linear, sizeBytes);
    long lastByte = linear + sizeBytes - 1 & addressMask();
    if ((lastByte ^ linear) >>> 12 != 0) {
      writable(lastByte & PAGE_MASK, (int) (lastByte & 0xfff) + 1);
    }
  }

  /** Faults as a read of {@code sizeBytes} bytes (1 to 4096) would. */
  @OutOfLine(value = Registers.SEEN, rare = true)
  public void requireReadable(long linear, int segment, int sizeBytes) {
    linear &= addressMask();
    checkCanonical(linear, sizeBytes, segment);
    translate(linear, PageWalker.READ);
    long lastByte = linear + sizeBytes - 1 & addressMask();
    if ((lastByte ^ linear) >>> 12 != 0) {
      translate(lastByte & PAGE_MASK, PageWalker.READ);
    }
  }

  /**
   * Offset into RAM for plain reads of the page that holds {@code linear}, or -1 if the page is not plain RAM. Faults as a
   * read would. For string instructions and vector loads.
   */
  @OutOfLine(Registers.SEEN)
  public long ramOffsetForRead(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i] == (linear & PAGE_MASK)) {
      return linear + tlb[i + ADDEND];
    }
    checkCanonical(linear, 1, segment);
    translate(linear, PageWalker.READ);
    return tlb[i] == (linear & PAGE_MASK) ? linear + tlb[i + ADDEND] : -1;
  }

  /**
   * Offset into RAM for plain writes of the page that holds {@code linear}, or -1 if the page is not plain RAM or holds
   * code. Faults as a write would.
   */
  @OutOfLine(Registers.SEEN)
  public long ramOffsetForWrite(long linear, int segment) {
    int i = (int) (linear >>> 10) & INDEX_MASK;
    if (tlb[i + WRITE_TAG] == (linear & PAGE_MASK)) {
      return linear + tlb[i + ADDEND];
    }
    checkCanonical(linear, 1, segment);
    translate(linear, PageWalker.WRITE);
    return tlb[i + WRITE_TAG] == (linear & PAGE_MASK) ? linear + tlb[i + ADDEND] : -1;
  }

  /** The RAM that {@link #ramOffsetForRead} and {@link #ramOffsetForWrite} give offsets into. */
  public MemorySegment ram() {
    return ram;
  }

  // Accesses of the processor itself, with supervisor rights at any CPL: descriptor tables,
  // task-state segments

  /** Reads 8, 16, 32 or 64 bits with supervisor rights, zero-extended. */
  @OutOfLine(Registers.SEEN)
  public long systemRead(long linear, int bits) {
    boolean user = userAccess;
    try {
      systemAccess(true);
      return read(linear, Segments.DS, bits);
    } finally {
      systemAccess(false);
      userAccess = user;
    }
  }

  /** Writes 8, 16, 32 or 64 bits with supervisor rights. */
  @OutOfLine(Registers.SEEN)
  public void systemWrite(long linear, int bits, long value) {
    boolean user = userAccess;
    try {
      systemAccess(true);
      write(linear, Segments.DS, bits, value);
    } finally {
      systemAccess(false);
      userAccess = user;
    }
  }

  private void systemAccess(boolean begin) {
    if (begin) {
      tlb = supervisorTlb;
      userAccess = false;
    } else {
      selectTlb();
    }
  }

  // Fetching

  /**
   * Offset into RAM of the instruction byte at {@code linear}, or -1 if it does not lie in plain RAM. Faults as a fetch
   * would.
   */
  public long ramOffsetForFetch(long linear) {
    int known = fetched.find(linear, userAccess, localEpoch, globalEpoch);
    if (known >= 0) {
      return fetched.ramOffset(known, linear);
    }
    int i = (int) (linear >>> 10) & INDEX_MASK;
    long offset;
    boolean globalPage;
    if (tlb[i + FETCH_TAG] == (linear & PAGE_MASK)) {
      offset = linear + tlb[i + ADDEND];
      globalPage = isGlobal[globalIndex(i)];
    } else {
      checkCanonical(linear, 1, Segments.CS);
      offset = physical.ramOffset(translate(linear, PageWalker.FETCH));
      globalPage = walker.global();
    }
    if (offset >= 0) {
      long epoch = globalPage ? globalEpoch : localEpoch;
      fetched.add(linear, userAccess, offset, epoch, localEpoch, globalEpoch);
    }
    return offset;
  }

  /** Physical address of the instruction byte at {@code linear}; faults as a fetch would. */
  public long physicalForFetch(long linear) {
    checkCanonical(linear, 1, Segments.CS);
    return translate(linear, PageWalker.FETCH);
  }

  /** The epoch to verify blocks for in the page that holds {@code linear}; one that is never current if it is not kept. */
  public long fetchEpoch(long linear) {
    int known = fetched.find(linear, userAccess, localEpoch, globalEpoch);
    return known >= 0 ? fetched.epoch(known) : NO_EPOCH;
  }

  /**
   * The number that blocks carry which were verified to be what the page tables map; it changes when they may map
   * something else. Blocks on global pages carry {@link #globalEpoch()}. No number is used twice in a machine.
   */
  public long localEpoch() {
    return localEpoch;
  }

  /** The number that verified blocks on global pages carry: see {@link #localEpoch()}. */
  public long globalEpoch() {
    return globalEpoch;
  }

  /** Names the code being executed, so that a write to it is found before it happens. */
  public void currentCode(CodeRange range) {
    currentCode = range;
  }

  /** Bytes from RIP to the instruction that is being executed, if it is one of those that end a block. */
  public int executingOffset() {
    return currentCode.lastOffset();
  }

  /** Instructions executed since {@link Cpu#instructions} was brought up to date, under the same condition. */
  public int executingIndex() {
    return currentCode.lastIndex();
  }

  // Translation

  /** Translates for the platform and for debuggers: the physical address, or -1 if not mapped; changes nothing. */
  public long probe(long linear) {
    return walker.probe(linear);
  }

  private long addressMask() {
    return cpu.control.longModeActive() ? -1L : 0xffff_ffffL;
  }

  private void checkCanonical(long linear, int sizeBytes, int segment) {
    if (cpu.control.longModeActive()) {
      long last = linear + sizeBytes - 1;
      if (linear << 16 >> 16 != linear || last << 16 >> 16 != last) {
        throw cpu.fault(segment == Segments.SS ? GuestFault.SS : GuestFault.GP, 0);
      }
    }
  }

  /** Walks the page tables for one byte, fills the TLB, and gives the physical address. */
  private long translate(long linear, int access) {
    long address = walker.walk(linear, access, userAccess, tlb == overrideTlb);
    long page = linear & PAGE_MASK;
    int i = (int) (linear >>> 10) & INDEX_MASK;
    long offset = physical.ramOffset(address);
    if (offset < 0 || tlb == checkingTlb || cpu.debug.watches(page)) {
      tlb[i] = INVALID;
      tlb[i + WRITE_TAG] = INVALID;
      tlb[i + FETCH_TAG] = INVALID;
      return address;
    }
    tlb[i] = walker.readable() ? page : INVALID;
    tlb[i + WRITE_TAG] = walker.writable() && !physical.isCode(offset) ? page : INVALID;
    tlb[i + FETCH_TAG] = walker.executable() ? page : INVALID;
    tlb[i + ADDEND] = offset - linear;
    isGlobal[globalIndex(i)] = walker.global();
    if (walker.pageShift() == 21) {
      largeRegions[(int) (linear >>> 27) & 63] |= 1L << (linear >>> 21);
    } else if (walker.pageShift() > 21) {
      Arrays.fill(largeRegions, -1);
    }
    (walker.global() ? global : local).add(i);
    return address;
  }

  /** What {@link #read8} and the like do where the TLB does not help: for compiled regions. */
  @OutOfLine(value = Registers.SEEN, rare = true)
  public long slowRead(long linear, int segment, int sizeBytes) {
    linear &= addressMask();
    checkCanonical(linear, sizeBytes, segment);
    alignmentCheck(linear, sizeBytes);
    breakpoints(linear, sizeBytes, false);
    int inPage = 0x1000 - (int) (linear & 0xfff);
    long low = translate(linear, PageWalker.READ);
    if (sizeBytes <= inPage) {
      cpu.debug.watch().accessed(linear, sizeBytes, false);
      return physical.busRead(low, sizeBytes);
    }
    long high = translate(linear + inPage & addressMask(), PageWalker.READ);
    cpu.debug.watch().accessed(linear, sizeBytes, false);
    long value = 0;
    for (int i = 0; i < sizeBytes; i++) {
      value |= physical.busRead(i < inPage ? low + i : high + i - inPage, 1) << 8 * i;
    }
    return value;
  }

  /** What {@link #write8} and the like do where the TLB does not help: for compiled regions. */
  @OutOfLine(value = Registers.SEEN, rare = true)
  public void slowWrite(long linear, int segment, int sizeBytes, long value) {
    linear &= addressMask();
    checkCanonical(linear, sizeBytes, segment);
    alignmentCheck(linear, sizeBytes);
    int inPage = 0x1000 - (int) (linear & 0xfff);
    if (sizeBytes <= inPage) {
      long address = writable(linear, sizeBytes);
      breakpoints(linear, sizeBytes, true);
      cpu.debug.watch().accessed(linear, sizeBytes, true);
      physical.busWrite(address, sizeBytes, value);
      return;
    }
    long low = writable(linear, inPage);
    long high = writable(linear + inPage & addressMask(), sizeBytes - inPage);
    breakpoints(linear, sizeBytes, true);
    cpu.debug.watch().accessed(linear, sizeBytes, true);
    for (int i = 0; i < sizeBytes; i++) {
      physical.busWrite(i < inPage ? low + i : high + i - inPage, 1, value >>> 8 * i & 0xff);
    }
  }

  /** What {@link #update8} and the like do where the TLB does not help: for compiled regions. */
  @OutOfLine(value = Registers.SEEN, rare = true)
  public long slowUpdate(long linear, int segment, int sizeBytes) {
    linear &= addressMask();
    checkCanonical(linear, sizeBytes, segment);
    alignmentCheck(linear, sizeBytes);
    int inPage = 0x1000 - (int) (linear & 0xfff);
    writable(linear, Math.min(sizeBytes, inPage));
    if (sizeBytes > inPage) {
      writable(linear + inPage & addressMask(), sizeBytes - inPage);
    }
    return slowRead(linear, segment, sizeBytes);
  }

  /** Translates for a write within one page; a write that would change the code being executed is put off. */
  private long writable(long linear, int sizeBytes) {
    long address = translate(linear, PageWalker.WRITE);
    long offset = physical.ramOffset(address);
    int inPage = (int) Math.min(sizeBytes, 0x1000 - (linear & 0xfff));
    if (offset >= 0 && physical.isCode(offset) && currentCode.overlaps(offset, inPage)) {
      throw BlockRestart.INSTANCE;
    }
    return address;
  }

  /** A data breakpoint traps right behind its instruction: one in the midst of a block is executed on its own. */
  private void breakpoints(long linear, int sizeBytes, boolean write) {
    long hit = cpu.debug.dataBreakpointAt(linear, sizeBytes, write);
    if (hit != 0) {
      if (currentCode.continues()) {
        throw BlockRestart.INSTANCE;
      }
      cpu.debug.trigger(hit);
    }
  }

  private void alignmentCheck(long linear, int sizeBytes) {
    if (cpu.control.alignmentChecking() && userAccess && (linear & sizeBytes - 1) != 0) {
      throw cpu.fault(GuestFault.AC, 0);
    }
  }

  // Flushing

  /** Picks the TLB of the current privilege; called when CPL, RFLAGS.AC, CR0.AM or CR4.SMAP changes. */
  void privilegeChanged() {
    userAccess = cpu.cpl == 3;
    selectTlb();
  }

  /** The TLB in use; another takes its place only where {@link Cpu#mode} is computed anew. */
  public long[] tlb() {
    return tlb;
  }

  private void selectTlb() {
    tlb =
        cpu.cpl == 3
            ? cpu.control.alignmentChecking() ? checkingTlb : userTlb
            : (cpu.systemFlags & Rflags.AC) != 0 && cpu.control.smap()
                ? overrideTlb
                : supervisorTlb;
  }

  /** Forgets every translation. */
  public void flushAll() {
    tell(CpuListener.Flush.ALL, 0);
    flush(global);
    flush(local);
    Arrays.fill(largeRegions, 0);
    newGlobalEpoch();
  }

  /** Forgets the translations that are not global: what loading CR3 does. */
  public void flushNonGlobal() {
    tell(CpuListener.Flush.NON_GLOBAL, 0);
    flush(local);
    localEpoch = ++lastEpoch;
  }

  private void flush(FilledEntries filled) {
    if (filled.isComplete()) {
      for (int n = 0; n < filled.count(); n++) {
        invalidateEntry(filled.entry(n));
      }
    } else {
      invalidate(supervisorTlb);
      invalidate(userTlb);
      invalidate(overrideTlb);
    }
    filled.clear();
  }

  /** Forgets the translation of one page, global or not: INVLPG. */
  public void flushPage(long linear) {
    linear &= addressMask();
    tell(CpuListener.Flush.PAGE, linear);
    int i = (int) (linear >>> 10) & INDEX_MASK;
    invalidateEntry(i);
    if ((largeRegions[(int) (linear >>> 27) & 63] & 1L << (linear >>> 21)) != 0) {
      // The page may be part of a large one, other parts of which sit in other entries.
      flushAll();
    } else if (fetched.contains(linear, localEpoch, globalEpoch)) {
      newGlobalEpoch();
    }
  }

  private void tell(CpuListener.Flush flush, long linear) {
    if (cpu.listener != null) {
      cpu.listener.flush(cpu, flush, linear);
    }
  }

  /** What {@link DataWatch#watches} says of a page changed: its next access is looked at. Blocks stay verified. */
  public void watchChanged(long linear) {
    invalidateEntry((int) (linear >>> 10) & INDEX_MASK);
  }

  /** Takes the write tags from every page of RAM that holds the offset: the page now holds decoded code. */
  public void writeProtect(long ramOffset) {
    long ramPage = ramOffset & PAGE_MASK;
    writeProtect(supervisorTlb, ramPage);
    writeProtect(userTlb, ramPage);
    writeProtect(overrideTlb, ramPage);
  }

  private static void writeProtect(long[] table, long ramPage) {
    for (int i = 0; i < table.length; i += 4) {
      if (table[i + WRITE_TAG] != INVALID && table[i + WRITE_TAG] + table[i + ADDEND] == ramPage) {
        table[i + WRITE_TAG] = INVALID;
      }
    }
  }

  private void newGlobalEpoch() {
    globalEpoch = ++lastEpoch;
    localEpoch = ++lastEpoch;
  }

  private int globalIndex(int entry) {
    return (entry >> 2) + (tlb == supervisorTlb ? 0 : tlb == userTlb ? ENTRIES : 2 * ENTRIES);
  }

  private static void invalidate(long[] table) {
    Arrays.fill(table, INVALID);
  }

  private void invalidateEntry(int i) {
    for (int tag = i; tag <= i + FETCH_TAG; tag++) {
      supervisorTlb[tag] = INVALID;
      userTlb[tag] = INVALID;
      overrideTlb[tag] = INVALID;
    }
  }
}
