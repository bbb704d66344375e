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
 * <p>There is one table a privilege: see {@link Tlb}. Only plain RAM gets tags; devices, pages that hold decoded code (for
 * writes) and watched pages always take the slow path. So does an access that crosses into the next page.
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

  private static final long NO_EPOCH = -1;

  private final Cpu cpu;
  private final PhysicalMemory physical;
  private final MemorySegment ram;
  private final PageWalker walker;

  private final long[] supervisorTlb = Tlb.create();
  private final long[] userTlb = Tlb.create();

  /** For CPL 0-2 with RFLAGS.AC set while CR4.SMAP is: user pages may be touched. */
  private final long[] overrideTlb = Tlb.create();

  /** For CPL 3 with alignment checks on: stays empty, so that every access takes the path that checks. */
  private final long[] checkingTlb = Tlb.create();

  private long[] tlb = supervisorTlb;
  private boolean userAccess;

  /** Indices (in all three tables) filled from translations that are not global since the last flush of those. */
  private final FilledEntries local = new FilledEntries();

  /** Indices filled from global translations since the last flush of all. */
  private final FilledEntries global = new FilledEntries();

  /** For each entry of the three tables, whether its translation is global. */
  private final boolean[] isGlobal = new boolean[3 * Tlb.ENTRIES];

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
    flushAll();
  }

  // Reads and writes

  /** Reads a byte, zero-extended. */
  public int read8(long linear, int segment) {
    if (Tlb.readable(tlb, linear, 0)) {
      return ram.get(BYTE, Tlb.offset(tlb, linear)) & 0xff;
    }
    return (int) slowRead(linear, segment, 1);
  }

  /** Reads two bytes, zero-extended. */
  public int read16(long linear, int segment) {
    if (Tlb.readable(tlb, linear, 1)) {
      return ram.get(SHORT, Tlb.offset(tlb, linear)) & 0xffff;
    }
    return (int) slowRead(linear, segment, 2);
  }

  /** Reads four bytes. */
  public int read32(long linear, int segment) {
    if (Tlb.readable(tlb, linear, 3)) {
      return ram.get(INT, Tlb.offset(tlb, linear));
    }
    return (int) slowRead(linear, segment, 4);
  }

  /** Reads eight bytes. */
  public long read64(long linear, int segment) {
    if (Tlb.readable(tlb, linear, 7)) {
      return ram.get(LONG, Tlb.offset(tlb, linear));
    }
    return slowRead(linear, segment, 8);
  }

  /** Writes a byte. */
  public void write8(long linear, int segment, int value) {
    if (Tlb.writable(tlb, linear, 0)) {
      ram.set(BYTE, Tlb.offset(tlb, linear), (byte) value);
    } else {
      slowWrite(linear, segment, 1, value);
    }
  }

  /** Writes two bytes. */
  public void write16(long linear, int segment, int value) {
    if (Tlb.writable(tlb, linear, 1)) {
      ram.set(SHORT, Tlb.offset(tlb, linear), (short) value);
    } else {
      slowWrite(linear, segment, 2, value);
    }
  }

  /** Writes four bytes. */
  public void write32(long linear, int segment, int value) {
    if (Tlb.writable(tlb, linear, 3)) {
      ram.set(INT, Tlb.offset(tlb, linear), value);
    } else {
      slowWrite(linear, segment, 4, value);
    }
  }

  /** Writes eight bytes. */
  public void write64(long linear, int segment, long value) {
    if (Tlb.writable(tlb, linear, 7)) {
      ram.set(LONG, Tlb.offset(tlb, linear), value);
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
    if (Tlb.writable(tlb, linear, 0)) {
      return ram.get(BYTE, Tlb.offset(tlb, linear)) & 0xff;
    }
    return (int) slowUpdate(linear, segment, 1);
  }

  /** Reads two bytes that the same instruction will write, zero-extended: see {@link #update8}. */
  public int update16(long linear, int segment) {
    if (Tlb.writable(tlb, linear, 1)) {
      return ram.get(SHORT, Tlb.offset(tlb, linear)) & 0xffff;
    }
    return (int) slowUpdate(linear, segment, 2);
  }

  /** Reads four bytes that the same instruction will write: see {@link #update8}. */
  public int update32(long linear, int segment) {
    if (Tlb.writable(tlb, linear, 3)) {
      return ram.get(INT, Tlb.offset(tlb, linear));
    }
    return (int) slowUpdate(linear, segment, 4);
  }

  /** Reads eight bytes that the same instruction will write: see {@link #update8}. */
  public long update64(long linear, int segment) {
    if (Tlb.writable(tlb, linear, 7)) {
      return ram.get(LONG, Tlb.offset(tlb, linear));
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
      writable(lastByte & Tlb.PAGE_MASK, (int) (lastByte & 0xfff) + 1);
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
      translate(lastByte & Tlb.PAGE_MASK, PageWalker.READ);
    }
  }

  /**
   * Offset into RAM for plain reads of the page that holds {@code linear}, or -1 if the page is not plain RAM. Faults as a
   * read would. For string instructions and vector loads.
   */
  @OutOfLine(Registers.SEEN)
  public long ramOffsetForRead(long linear, int segment) {
    if (Tlb.readable(tlb, linear, 0)) {
      return Tlb.offset(tlb, linear);
    }
    checkCanonical(linear, 1, segment);
    translate(linear, PageWalker.READ);
    return Tlb.readable(tlb, linear, 0) ? Tlb.offset(tlb, linear) : -1;
  }

  /**
   * Offset into RAM for plain writes of the page that holds {@code linear}, or -1 if the page is not plain RAM or holds
   * code. Faults as a write would.
   */
  @OutOfLine(Registers.SEEN)
  public long ramOffsetForWrite(long linear, int segment) {
    if (Tlb.writable(tlb, linear, 0)) {
      return Tlb.offset(tlb, linear);
    }
    checkCanonical(linear, 1, segment);
    translate(linear, PageWalker.WRITE);
    return Tlb.writable(tlb, linear, 0) ? Tlb.offset(tlb, linear) : -1;
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
    int i = Tlb.index(linear);
    long offset;
    boolean globalPage;
    if (Tlb.executable(tlb, linear)) {
      offset = Tlb.offset(tlb, linear);
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
    long page = linear & Tlb.PAGE_MASK;
    int i = Tlb.index(linear);
    long offset = physical.ramOffset(address);
    if (offset < 0 || tlb == checkingTlb || cpu.debug.watches(page)) {
      Tlb.invalidate(tlb, i);
      return address;
    }
    tlb[i] = walker.readable() ? page : Tlb.INVALID;
    tlb[i + Tlb.WRITE_TAG] = walker.writable() && !physical.isCode(offset) ? page : Tlb.INVALID;
    tlb[i + Tlb.FETCH_TAG] = walker.executable() ? page : Tlb.INVALID;
    tlb[i + Tlb.ADDEND] = offset - linear;
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
      Tlb.invalidate(supervisorTlb);
      Tlb.invalidate(userTlb);
      Tlb.invalidate(overrideTlb);
    }
    filled.clear();
  }

  /** Forgets the translation of one page, global or not: INVLPG. */
  public void flushPage(long linear) {
    linear &= addressMask();
    tell(CpuListener.Flush.PAGE, linear);
    int i = Tlb.index(linear);
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
    invalidateEntry(Tlb.index(linear));
  }

  /** Takes the write tags from every page of RAM that holds the offset: the page now holds decoded code. */
  public void writeProtect(long ramOffset) {
    long ramPage = ramOffset & Tlb.PAGE_MASK;
    Tlb.writeProtect(supervisorTlb, ramPage);
    Tlb.writeProtect(userTlb, ramPage);
    Tlb.writeProtect(overrideTlb, ramPage);
  }

  private void newGlobalEpoch() {
    globalEpoch = ++lastEpoch;
    localEpoch = ++lastEpoch;
  }

  private int globalIndex(int entry) {
    return (entry >> 2)
        + (tlb == supervisorTlb ? 0 : tlb == userTlb ? Tlb.ENTRIES : 2 * Tlb.ENTRIES);
  }

  private void invalidateEntry(int i) {
    Tlb.invalidate(supervisorTlb, i);
    Tlb.invalidate(userTlb, i);
    Tlb.invalidate(overrideTlb, i);
  }
}
