package org.paravane.core.cpu;

/**
 * The segment registers with their hidden parts, GDTR, LDTR, IDTR and TR (SDM Vol. 3A 3.4), and the checks of accesses
 * through segments. Loading by selector, with the checks that depend on the instruction, is not done here.
 *
 * <p>Access rights are kept as VMX keeps them: bits 3-0 type, 4 S, 6-5 DPL, 7 P, 12 AVL, 13 L, 14 D/B, 15 G, and 16
 * "unusable" (a null selector).
 */
public final class Segments {
  public static final int ES = 0;
  public static final int CS = 1;
  public static final int SS = 2;
  public static final int DS = 3;
  public static final int FS = 4;
  public static final int GS = 5;
  public static final int LDTR = 6;
  public static final int TR = 7;

  public static final int RIGHT_TYPE = 0xf;
  public static final int RIGHT_S = 1 << 4;
  public static final int RIGHT_DPL_SHIFT = 5;
  public static final int RIGHT_P = 1 << 7;
  public static final int RIGHT_L = 1 << 13;
  public static final int RIGHT_DB = 1 << 14;
  public static final int RIGHT_G = 1 << 15;
  public static final int RIGHT_UNUSABLE = 1 << 16;

  /** Type bits of code and data segments (S set). */
  public static final int TYPE_ACCESSED = 1;

  public static final int TYPE_READABLE_OR_WRITABLE = 2;
  public static final int TYPE_CONFORMING_OR_DOWN = 4;
  public static final int TYPE_CODE = 8;

  private final Cpu cpu;

  /** Selectors of ES, CS, SS, DS, FS, GS, LDTR, TR. */
  public final int[] selector = new int[8];

  /** Bases as the descriptors give them; what addresses use is {@link Cpu#segmentBase}. */
  public final long[] base = new long[8];

  /** Limits in bytes (granularity applied), unsigned. */
  public final int[] limit = new int[8];

  /** Access rights. */
  public final int[] rights = new int[8];

  public long gdtrBase;
  public int gdtrLimit;
  public long idtrBase;
  public int idtrLimit;

  Segments(Cpu cpu) {
    this.cpu = cpu;
  }

  void reset() {
    for (int segment = ES; segment <= GS; segment++) {
      set(segment, 0, 0, 0xffff, RIGHT_P | RIGHT_S | 3);
    }
    set(CS, 0xf000, 0xffff_0000L, 0xffff, RIGHT_P | RIGHT_S | 0xb);
    set(LDTR, 0, 0, 0xffff, RIGHT_P | 2);
    set(TR, 0, 0, 0xffff, RIGHT_P | 0xb);
    gdtrBase = 0;
    gdtrLimit = 0xffff;
    idtrBase = 0;
    idtrLimit = 0xffff;
  }

  /** Sets a segment register with its hidden part, without checks; the caller updates the mode if it must. */
  public void set(int segment, int newSelector, long newBase, int newLimit, int newRights) {
    selector[segment] = newSelector & 0xffff;
    base[segment] = newBase;
    limit[segment] = newLimit;
    rights[segment] = newRights;
    if (segment == CS) {
      modeChanged();
    } else {
      updateBase(segment);
    }
    if (segment <= DS) {
      cpu.attention();
    }
  }

  /** Sets the base of FS or GS alone: WRMSR, WRFSBASE, SWAPGS. */
  public void setBase(int segment, long newBase) {
    base[segment] = newBase;
    updateBase(segment);
  }

  private void updateBase(int segment) {
    cpu.segmentBase[segment] = segment <= DS && in64BitMode() ? 0 : base[segment];
  }

  private boolean in64BitMode() {
    return cpu.control.longModeActive() && longCode();
  }

  /** Recomputes what depends on the mode; called when CS, CR0.PE or EFER.LMA changes. */
  public void modeChanged() {
    for (int segment = ES; segment <= GS; segment++) {
      updateBase(segment);
    }
  }

  /** Loads a segment register as in real-address and virtual-8086 mode. */
  public void loadParagraph(int segment, int newSelector) {
    boolean virtual8086 = (cpu.systemFlags & Rflags.VM) != 0;
    int newRights =
        virtual8086
            ? RIGHT_P | RIGHT_S | 3 << RIGHT_DPL_SHIFT | 3
            : rights[segment] & ~RIGHT_UNUSABLE | RIGHT_P;
    if (segment == CS && !virtual8086) {
      newRights = RIGHT_P | RIGHT_S | 3 | rights[CS] & RIGHT_DB;
    }
    set(
        segment,
        newSelector,
        (newSelector & 0xffffL) << 4,
        virtual8086 ? 0xffff : limit[segment],
        newRights);
  }

  /** CS.L. */
  public boolean longCode() {
    return (rights[CS] & RIGHT_L) != 0;
  }

  /** CS.D. */
  public boolean code32() {
    return (rights[CS] & RIGHT_DB) != 0;
  }

  /** SS.B. */
  public boolean stack32() {
    return (rights[SS] & RIGHT_DB) != 0;
  }

  /** DPL of a segment register's descriptor. */
  public int dpl(int segment) {
    return rights[segment] >> RIGHT_DPL_SHIFT & 3;
  }

  /** Tells whether ES, CS, SS and DS need no checks: see {@link CpuMode#FLAT}. */
  boolean flat() {
    return !cpu.control.paragraphSegments()
        && flat(ES, 0, TYPE_READABLE_OR_WRITABLE)
        && flat(CS, TYPE_CODE, TYPE_READABLE_OR_WRITABLE)
        && flat(SS, 0, TYPE_READABLE_OR_WRITABLE)
        && flat(DS, 0, TYPE_READABLE_OR_WRITABLE);
  }

  private boolean flat(int segment, int code, int needed) {
    int r = rights[segment];
    return base[segment] == 0
        && limit[segment] == -1
        && (r & (RIGHT_P | RIGHT_S | RIGHT_UNUSABLE)) == (RIGHT_P | RIGHT_S)
        && (r & TYPE_CODE) == code
        && (r & needed) == needed
        && (code != 0 || (r & TYPE_CONFORMING_OR_DOWN) == 0);
  }

  /**
   * Checks a read through a segment outside 64-bit mode and gives the linear address.
   *
   * @throws GuestFault #GP, or #SS for SS
   */
  public long checkedRead(int segment, long offset, int sizeBytes) {
    int r = rights[segment];
    boolean readable = (r & TYPE_CODE) == 0 || (r & TYPE_READABLE_OR_WRITABLE) != 0;
    if ((r & RIGHT_UNUSABLE) != 0 || !readable && !cpu.control.paragraphSegments()) {
      throw segmentFault(segment);
    }
    return checkedLimit(segment, offset, sizeBytes);
  }

  /** Checks a write through a segment outside 64-bit mode and gives the linear address: see {@link #checkedRead}. */
  public long checkedWrite(int segment, long offset, int sizeBytes) {
    int r = rights[segment];
    boolean writable = (r & TYPE_CODE) == 0 && (r & TYPE_READABLE_OR_WRITABLE) != 0;
    if ((r & RIGHT_UNUSABLE) != 0 || !writable && !cpu.control.paragraphSegments()) {
      throw segmentFault(segment);
    }
    return checkedLimit(segment, offset, sizeBytes);
  }

  private long checkedLimit(int segment, long offset, int sizeBytes) {
    offset &= 0xffff_ffffL;
    boolean inside = inside(limit[segment] & 0xffff_ffffL, rights[segment], offset, sizeBytes);
    if (!inside) {
      throw segmentFault(segment);
    }
    return base[segment] + offset & 0xffff_ffffL;
  }

  /** Tells whether an access lies within a segment of that limit (unsigned) and rights. */
  static boolean inside(long bound, int r, long offset, int sizeBytes) {
    long last = offset + sizeBytes - 1;
    if ((r & (TYPE_CODE | TYPE_CONFORMING_OR_DOWN)) == TYPE_CONFORMING_OR_DOWN) {
      long top = (r & RIGHT_DB) != 0 ? 0xffff_ffffL : 0xffff;
      return offset > bound && last <= top;
    }
    return last <= bound;
  }

  private GuestFault segmentFault(int segment) {
    return cpu.fault(segment == SS ? GuestFault.SS : GuestFault.GP, 0);
  }
}
