package org.paravane.core.cpu;

/**
 * The model-specific registers that the processor itself has (SDM Vol. 4); all others are the platform's. What one may
 * read and write is what RDMSR and WRMSR do at CPL 0.
 */
public final class Msrs {
  public static final int IA32_TIME_STAMP_COUNTER = 0x10;
  public static final int IA32_TSC_ADJUST = 0x3b;
  public static final int IA32_SYSENTER_CS = 0x174;
  public static final int IA32_SYSENTER_ESP = 0x175;
  public static final int IA32_SYSENTER_EIP = 0x176;
  public static final int IA32_PAT = 0x277;
  public static final int IA32_EFER = 0xc000_0080;
  public static final int IA32_STAR = 0xc000_0081;
  public static final int IA32_LSTAR = 0xc000_0082;
  public static final int IA32_CSTAR = 0xc000_0083;
  public static final int IA32_FMASK = 0xc000_0084;
  public static final int IA32_FS_BASE = 0xc000_0100;
  public static final int IA32_GS_BASE = 0xc000_0101;
  public static final int IA32_KERNEL_GS_BASE = 0xc000_0102;
  public static final int IA32_TSC_AUX = 0xc000_0103;

  private static final long PAT_AFTER_RESET = 0x0007_0406_0007_0406L;

  private final Cpu cpu;

  public long star;
  public long lstar;
  public long cstar;
  public long fmask;
  public long kernelGsBase;
  public long sysenterCs;
  public long sysenterEsp;
  public long sysenterEip;
  public long pat;
  public long tscAux;

  /** What is added to the platform's time-stamp counter. */
  public long tscAdjust;

  Msrs(Cpu cpu) {
    this.cpu = cpu;
  }

  void reset() {
    star = 0;
    lstar = 0;
    cstar = 0;
    fmask = 0;
    kernelGsBase = 0;
    sysenterCs = 0;
    sysenterEsp = 0;
    sysenterEip = 0;
    pat = PAT_AFTER_RESET;
    tscAux = 0;
    tscAdjust = 0;
  }

  /** What RDTSC reads. */
  public long timeStampCounter() {
    return cpu.platform.timeStampCounter(cpu) + tscAdjust;
  }

  /**
   * Reads a register.
   *
   * @throws GuestFault #GP if it does not exist
   */
  public long read(int msr) {
    long value = current(msr);
    if (cpu.listener != null) {
      cpu.listener.msrRead(cpu, msr, value);
    }
    return value;
  }

  private long current(int msr) {
    return switch (msr) {
      case IA32_TIME_STAMP_COUNTER -> timeStampCounter();
      case IA32_TSC_ADJUST -> tscAdjust;
      case IA32_SYSENTER_CS -> sysenterCs;
      case IA32_SYSENTER_ESP -> sysenterEsp;
      case IA32_SYSENTER_EIP -> sysenterEip;
      case IA32_PAT -> pat;
      case IA32_EFER -> cpu.control.efer();
      case IA32_STAR -> star;
      case IA32_LSTAR -> lstar;
      case IA32_CSTAR -> cstar;
      case IA32_FMASK -> fmask;
      case IA32_FS_BASE -> cpu.segments.base[Segments.FS];
      case IA32_GS_BASE -> cpu.segments.base[Segments.GS];
      case IA32_KERNEL_GS_BASE -> kernelGsBase;
      case IA32_TSC_AUX -> tscAux;
      default -> cpu.platform.readMsr(cpu, msr);
    };
  }

  /**
   * Writes a register.
   *
   * @throws GuestFault #GP if it does not exist or refuses the value
   */
  public void write(int msr, long value) {
    if (cpu.listener != null) {
      cpu.listener.msrWrite(cpu, msr, value);
    }
    switch (msr) {
      case IA32_TIME_STAMP_COUNTER -> adjustTsc(value - cpu.platform.timeStampCounter(cpu));
      case IA32_TSC_ADJUST -> adjustTsc(value);
      case IA32_SYSENTER_CS -> sysenterCs = value & 0xffff_ffffL;
      case IA32_SYSENTER_ESP -> sysenterEsp = canonical(value);
      case IA32_SYSENTER_EIP -> sysenterEip = canonical(value);
      case IA32_PAT -> pat = validPat(value);
      case IA32_EFER -> cpu.control.writeEfer(value);
      case IA32_STAR -> star = value;
      case IA32_LSTAR -> lstar = canonical(value);
      case IA32_CSTAR -> cstar = canonical(value);
      case IA32_FMASK -> fmask = value & 0xffff_ffffL;
      case IA32_FS_BASE -> cpu.segments.setBase(Segments.FS, canonical(value));
      case IA32_GS_BASE -> cpu.segments.setBase(Segments.GS, canonical(value));
      case IA32_KERNEL_GS_BASE -> kernelGsBase = canonical(value);
      case IA32_TSC_AUX -> {
        if (value >>> 32 != 0) {
          throw cpu.fault(GuestFault.GP, 0);
        }
        tscAux = value;
      }
      default -> cpu.platform.writeMsr(cpu, msr, value);
    }
  }

  private void adjustTsc(long value) {
    tscAdjust = value;
    cpu.platform.timeStampCounterAdjusted(cpu);
  }

  private long canonical(long value) {
    if (value << 16 >> 16 != value) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return value;
  }

  private long validPat(long value) {
    for (int i = 0; i < 8; i++) {
      int type = (int) (value >>> 8 * i) & 0xff;
      if (type > 7 || type == 2 || type == 3) {
        throw cpu.fault(GuestFault.GP, 0);
      }
    }
    return value;
  }
}
