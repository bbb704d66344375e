package org.paravane.core.cpu;

import org.paravane.core.OutOfLine;

/** CR0, CR2, CR3, CR4 and EFER, with the checks and effects of writing them (SDM Vol. 3A 2.5, 4.1). */
public final class ControlRegisters {
  public static final long CR0_PE = 1;
  public static final long CR0_MP = 1 << 1;
  public static final long CR0_EM = 1 << 2;
  public static final long CR0_TS = 1 << 3;
  public static final long CR0_ET = 1 << 4;
  public static final long CR0_NE = 1 << 5;
  public static final long CR0_WP = 1 << 16;
  public static final long CR0_AM = 1 << 18;
  public static final long CR0_NW = 1 << 29;
  public static final long CR0_CD = 1 << 30;
  public static final long CR0_PG = 1L << 31;

  public static final long CR4_VME = 1;
  public static final long CR4_PVI = 1 << 1;
  public static final long CR4_TSD = 1 << 2;
  public static final long CR4_DE = 1 << 3;
  public static final long CR4_PSE = 1 << 4;
  public static final long CR4_PAE = 1 << 5;
  public static final long CR4_MCE = 1 << 6;
  public static final long CR4_PGE = 1 << 7;
  public static final long CR4_PCE = 1 << 8;
  public static final long CR4_OSFXSR = 1 << 9;
  public static final long CR4_OSXMMEXCPT = 1 << 10;
  public static final long CR4_UMIP = 1 << 11;
  public static final long CR4_FSGSBASE = 1 << 16;
  public static final long CR4_SMEP = 1 << 20;
  public static final long CR4_SMAP = 1 << 21;

  public static final long EFER_SCE = 1;
  public static final long EFER_LME = 1 << 8;
  public static final long EFER_LMA = 1 << 10;
  public static final long EFER_NXE = 1 << 11;

  private static final long CR0_DEFINED =
      CR0_PE | CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | CR0_NW | CR0_CD
          | CR0_PG;
  private static final long CR4_SUPPORTED =
      CR4_VME
          | CR4_PVI
          | CR4_TSD
          | CR4_DE
          | CR4_PSE
          | CR4_PAE
          | CR4_MCE
          | CR4_PGE
          | CR4_PCE
          | CR4_OSFXSR
          | CR4_OSXMMEXCPT
          | CR4_UMIP
          | CR4_FSGSBASE
          | CR4_SMEP
          | CR4_SMAP;
  private static final long EFER_SUPPORTED = EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE;

  private final Cpu cpu;
  private final long[] pdptes = new long[4];
  private long cr0;
  private long cr2;
  private long cr3;
  private long cr4;
  private long efer;
  private boolean longModeActive;
  private boolean mmxAvailable;
  private boolean sseAvailable;
  private boolean pagingEnabled;

  ControlRegisters(Cpu cpu) {
    this.cpu = cpu;
  }

  void reset() {
    cr0 = CR0_CD | CR0_NW | CR0_ET;
    cr2 = 0;
    cr3 = 0;
    cr4 = 0;
    efer = 0;
    derive();
  }

  /** Sets all at once without checks: for entry states and snapshots. */
  public void load(long newCr0, long newCr3, long newCr4, long newEfer) {
    cr0 = newCr0 | CR0_ET;
    cr3 = newCr3;
    cr4 = newCr4;
    efer = newEfer;
    derive();
    if (pagingEnabled && !longModeActive && pae()) {
      for (int i = 0; i < 4; i++) {
        pdptes[i] = cpu.physical.busRead((cr3 & 0xffff_ffe0L) + 8L * i, 8);
      }
    }
    cpu.memory.flushAll();
    cpu.segments.modeChanged();
    cpu.updateMode();
    cpu.attention();
  }

  /** Tells whether CR4 has no other bits than this processor's. */
  public static boolean supportsCr4(long value) {
    return (value & ~CR4_SUPPORTED) == 0;
  }

  /** Tells whether EFER has no other bits than this processor's. */
  public static boolean supportsEfer(long value) {
    return (value & ~EFER_SUPPORTED) == 0;
  }

  private void derive() {
    longModeActive = (efer & EFER_LMA) != 0;
    pagingEnabled = (cr0 & CR0_PG) != 0;
    mmxAvailable = (cr0 & (CR0_EM | CR0_TS)) == 0;
    sseAvailable = mmxAvailable && (cr4 & CR4_OSFXSR) != 0;
  }

  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long cr0() {
    return cr0;
  }

  public long cr2() {
    return cr2;
  }

  /** Sets CR2. */
  public void cr2(long value) {
    cr2 = value;
  }

  public long cr3() {
    return cr3;
  }

  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public long cr4() {
    return cr4;
  }

  public long efer() {
    return efer;
  }

  /**
   * Writes CR0 as MOV does.
   *
   * @throws GuestFault #GP for combinations that the manual forbids
   */
  public void writeCr0(long value) {
    boolean paging = (value & CR0_PG) != 0;
    if (value >>> 32 != 0
        || paging && (value & CR0_PE) == 0
        || (value & CR0_NW) != 0 && (value & CR0_CD) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    long next = value & CR0_DEFINED | CR0_ET;
    boolean enable = paging && !pagingEnabled;
    boolean disable = !paging && pagingEnabled;
    if (enable && (efer & EFER_LME) != 0 && ((cr4 & CR4_PAE) == 0 || cpu.segments.longCode())) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    if (disable && longModeActive && cpu.segments.longCode()) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    if (paging
        && (efer & EFER_LME) == 0
        && (cr4 & CR4_PAE) != 0
        && (enable || ((cr0 ^ next) & (CR0_CD | CR0_NW | CR0_PG)) != 0)) {
      loadPdptes(cr3);
    }
    long changed = cr0 ^ next;
    cr0 = next;
    if (enable && (efer & EFER_LME) != 0) {
      efer |= EFER_LMA;
    } else if (disable) {
      efer &= ~EFER_LMA;
    }
    derive();
    if ((changed & (CR0_PG | CR0_WP | CR0_PE)) != 0) {
      cpu.memory.flushAll();
    }
    if ((changed & (CR0_PG | CR0_PE)) != 0) {
      cpu.segments.modeChanged();
    }
    cpu.updateMode();
    cpu.attention();
  }

  /** Clears or sets CR0.TS. */
  public void taskSwitched(boolean value) {
    cr0 = value ? cr0 | CR0_TS : cr0 & ~CR0_TS;
    derive();
  }

  /**
   * Writes CR3 as MOV does.
   *
   * @throws GuestFault #GP if reserved bits are set, or a PDPTE's are
   */
  public void writeCr3(long value) {
    if (longModeActive && value >>> PageWalker.PHYSICAL_ADDRESS_BITS != 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    if (pagingEnabled && !longModeActive && pae()) {
      loadPdptes(value);
    }
    cr3 = value;
    cpu.memory.flushNonGlobal();
    cpu.attention();
  }

  /**
   * Writes CR4 as MOV does.
   *
   * @throws GuestFault #GP if bits of features are set that do not exist here, or PAE is cleared in long mode
   */
  public void writeCr4(long value) {
    if ((value & ~CR4_SUPPORTED) != 0 || longModeActive && (value & CR4_PAE) == 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    long changed = cr4 ^ value;
    if (pagingEnabled
        && !longModeActive
        && (value & CR4_PAE) != 0
        && (changed & (CR4_PAE | CR4_PGE | CR4_PSE | CR4_SMEP)) != 0) {
      loadPdptes(cr3);
    }
    cr4 = value;
    derive();
    if ((changed & (CR4_PSE | CR4_PAE | CR4_PGE | CR4_SMEP | CR4_SMAP)) != 0) {
      cpu.memory.flushAll();
    }
    cpu.updateMode();
    cpu.attention();
  }

  /**
   * Writes IA32_EFER as WRMSR does.
   *
   * @throws GuestFault #GP if undefined bits are set or LME changes while paging is on
   */
  public void writeEfer(long value) {
    if ((value & ~EFER_SUPPORTED) != 0 || pagingEnabled && ((value ^ efer) & EFER_LME) != 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    long changed = efer ^ value;
    efer = value & ~EFER_LMA | efer & EFER_LMA;
    derive();
    if ((changed & EFER_NXE) != 0) {
      cpu.memory.flushAll();
    }
    cpu.attention();
  }

  private void loadPdptes(long from) {
    long[] loaded = new long[4];
    for (int i = 0; i < 4; i++) {
      loaded[i] = cpu.physical.busRead((from & 0xffff_ffe0L) + 8L * i, 8);
      long reserved = ~((1L << PageWalker.PHYSICAL_ADDRESS_BITS) - 1) | 0x1e6;
      if ((loaded[i] & 1) != 0 && (loaded[i] & reserved) != 0) {
        throw cpu.fault(GuestFault.GP, 0);
      }
    }
    System.arraycopy(loaded, 0, pdptes, 0, 4);
  }

  /** PAE paging's page-directory-pointer-table entry, 0 to 3, as loaded with CR3. */
  long pdpte(int index) {
    return pdptes[index];
  }

  /** CR0.PE. */
  public boolean protectedMode() {
    return (cr0 & CR0_PE) != 0;
  }

  /** Real-address mode or virtual-8086 mode: segments are paragraphs. */
  public boolean paragraphSegments() {
    return (cr0 & CR0_PE) == 0 || (cpu.systemFlags & Rflags.VM) != 0;
  }

  /** CR0.PG. */
  public boolean pagingEnabled() {
    return pagingEnabled;
  }

  /** EFER.LMA: IA-32e mode, be it 64-bit or compatibility. */
  public boolean longModeActive() {
    return longModeActive;
  }

  /** Whether MMX instructions may execute: CR0.EM and CR0.TS are clear. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public boolean mmxAvailable() {
    return mmxAvailable;
  }

  /** Whether SSE instructions may execute: CR0.EM and CR0.TS are clear and CR4.OSFXSR is set. */
  public boolean sseAvailable() {
    return sseAvailable;
  }

  boolean pae() {
    return (cr4 & CR4_PAE) != 0;
  }

  boolean pse() {
    return (cr4 & CR4_PSE) != 0;
  }

  boolean globalPages() {
    return (cr4 & CR4_PGE) != 0;
  }

  boolean smep() {
    return (cr4 & CR4_SMEP) != 0;
  }

  boolean smap() {
    return (cr4 & CR4_SMAP) != 0;
  }

  boolean writeProtect() {
    return (cr0 & CR0_WP) != 0;
  }

  boolean nxEnabled() {
    return (efer & EFER_NXE) != 0;
  }

  boolean alignmentChecking() {
    return (cr0 & CR0_AM) != 0 && (cpu.systemFlags & Rflags.AC) != 0;
  }
}
