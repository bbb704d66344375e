package org.paravane.core.cpu;

/**
 * A descriptor of the GDT or LDT taken apart: a code, data or system segment, or a gate (SDM Vol. 3A 3.4.5, 3.5, 5.8.3).
 * Filled anew by each {@link #find}; one serves many look-ups.
 */
public final class Descriptor {
  /** Types of system descriptors. */
  public static final int TYPE_TSS16 = 1;

  public static final int TYPE_LDT = 2;
  public static final int TYPE_CALL_GATE16 = 4;
  public static final int TYPE_TASK_GATE = 5;
  public static final int TYPE_TSS = 9;
  public static final int TYPE_CALL_GATE = 12;

  /** The type bit that makes an available TSS a busy one. */
  public static final int TYPE_BUSY = 2;

  private static final long ACCESSED = 1L << 40;

  private final Cpu cpu;
  private int selector;
  private long linear;
  private long remaining;
  private long low;
  private long high;

  /** Makes an empty one for a processor. */
  public Descriptor(Cpu cpu) {
    this.cpu = cpu;
  }

  /**
   * Reads the descriptor that a selector names.
   *
   * @return false if it lies outside its table, or in the LDT while there is none
   */
  public boolean find(int newSelector) {
    Segments segments = cpu.segments;
    selector = newSelector & 0xffff;
    boolean local = (selector & 4) != 0;
    if (local && (segments.rights[Segments.LDTR] & Segments.RIGHT_UNUSABLE) != 0) {
      return false;
    }
    long limit = (local ? segments.limit[Segments.LDTR] : segments.gdtrLimit) & 0xffff_ffffL;
    int offset = selector & ~7;
    remaining = limit - offset;
    if (remaining < 7) {
      return false;
    }
    linear = (local ? segments.base[Segments.LDTR] : segments.gdtrBase) + offset;
    low = cpu.memory.systemRead(linear, 64);
    high = 0;
    return true;
  }

  /**
   * Reads the upper half of a system descriptor or call gate of IA-32e mode.
   *
   * @return false if it lies outside the table or its type field is not zero
   */
  public boolean readUpper() {
    if (remaining < 15) {
      return false;
    }
    high = cpu.memory.systemRead(linear + 8, 64);
    return (high >>> 40 & 0x1f) == 0;
  }

  /** The selector it was found by. */
  public int selector() {
    return selector;
  }

  /** Error code of an exception that blames this descriptor. */
  public int errorCode() {
    return selector & 0xfffc;
  }

  /** Access rights in the form that {@link Segments#rights} keeps. */
  public int rights() {
    return (int) (low >>> 40) & 0xf0ff;
  }

  /** The second doubleword as LAR sees it. */
  public int upperDoubleword() {
    return (int) (low >>> 32);
  }

  /** The segment's base. */
  public long base() {
    return low >>> 16 & 0xff_ffffL | low >>> 32 & 0xff00_0000L | high << 32;
  }

  /** The segment's limit in bytes, unsigned. */
  public int limit() {
    int limit = (int) (low & 0xffff) | (int) (low >>> 32) & 0xf_0000;
    return (low >>> 55 & 1) != 0 ? limit << 12 | 0xfff : limit;
  }

  /** The type field, 0 to 15. */
  public int type() {
    return (int) (low >>> 40) & 15;
  }

  /** A system segment or gate (S is clear). */
  public boolean system() {
    return (low >>> 44 & 1) == 0;
  }

  /** A code segment. */
  public boolean code() {
    return !system() && (type() & Segments.TYPE_CODE) != 0;
  }

  /** A code segment that is conforming. */
  public boolean conforming() {
    return code() && (type() & Segments.TYPE_CONFORMING_OR_DOWN) != 0;
  }

  /** A data segment or a readable code segment. */
  public boolean readable() {
    return !system() && (!code() || (type() & Segments.TYPE_READABLE_OR_WRITABLE) != 0);
  }

  /** A writable data segment. */
  public boolean writable() {
    return !system() && !code() && (type() & Segments.TYPE_READABLE_OR_WRITABLE) != 0;
  }

  /** P. */
  public boolean present() {
    return (low >>> 47 & 1) != 0;
  }

  /** DPL, 0 to 3. */
  public int dpl() {
    return (int) (low >>> 45) & 3;
  }

  /** RPL of the selector it was found by, 0 to 3. */
  public int rpl() {
    return selector & 3;
  }

  /** L of a code segment. */
  public boolean longCode() {
    return (low >>> 53 & 1) != 0;
  }

  /** D or B. */
  public boolean big() {
    return (low >>> 54 & 1) != 0;
  }

  /** The offset in a gate; 16 bits for the 16-bit kinds. */
  public long gateOffset() {
    return low & 0xffff | ((type() & 8) != 0 ? low >>> 32 & 0xffff_0000L : 0) | high << 32;
  }

  /** The selector in a gate. */
  public int gateSelector() {
    return (int) (low >>> 16) & 0xffff;
  }

  /** A call gate's count of parameters, 0 to 31. */
  public int gateParameters() {
    return (int) (low >>> 32) & 0x1f;
  }

  /** Sets the accessed bit, here and in the table; a page fault may come of it. */
  public void markAccessed() {
    if ((low & ACCESSED) == 0) {
      low |= ACCESSED;
      cpu.memory.systemWrite(linear + 5, 8, low >>> 40 & 0xff);
    }
  }

  /** Sets or clears the busy bit of a TSS, here and in the table. */
  public void markBusy(boolean busy) {
    low = busy ? low | (long) TYPE_BUSY << 40 : low & ~((long) TYPE_BUSY << 40);
    cpu.memory.systemWrite(linear + 5, 8, low >>> 40 & 0xff);
  }

  /** Loads a segment register from it, unchecked; the caller updates the mode. */
  public void load(int segment) {
    cpu.segments.set(segment, selector, base(), limit(), rights());
  }

  /** An exception that blames this descriptor. */
  public GuestFault fault(int vector) {
    return cpu.fault(vector, errorCode());
  }
}
