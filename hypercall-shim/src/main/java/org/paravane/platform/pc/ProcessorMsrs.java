package org.paravane.platform.pc;

import java.util.function.Supplier;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

/** Model-specific registers of the processor that {@link ProcessorIdentity} describes, beside those of the core (SDM Vol. 4). */
public final class ProcessorMsrs {
  private static final int IA32_PLATFORM_ID = 0x17;
  private static final int IA32_BIOS_SIGN_ID = 0x8b;
  private static final int MSR_PLATFORM_INFO = 0xce;
  private static final int IA32_ARCH_CAPABILITIES = 0x10a;
  private static final int IA32_MISC_ENABLE = 0x1a0;

  /** Fast strings, and no enhanced SpeedStep, MONITOR or XD disable. */
  private static final long MISC_ENABLE = 1;

  /** Not subject to: rogue data cache load, L1TF on entry, SSB, MDS, page size change MCE, TAA, MMIO stale data, GDS, RFDS. */
  private static final long ARCH_CAPABILITIES =
      1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 | 1 << 13 | 1 << 14 | 1 << 15 | 1 << 26
          | 1 << 27;

  private static final MsrBlock[] NONE = {};

  /** By processor; empty if there are none. */
  private final MsrBlock[][] blocks;

  private long miscEnable = MISC_ENABLE;

  private ProcessorMsrs(int processors) {
    blocks = new MsrBlock[processors][];
  }

  /** Without memory type ranges and machine checks, as PV guests are shown a processor. */
  public static ProcessorMsrs paravirtual() {
    return new ProcessorMsrs(0);
  }

  /** Those of so many processors whose memory is all write-back. */
  public static ProcessorMsrs writeBack(int processors) {
    return of(processors, MemoryTypeRanges::writeBack);
  }

  /** Those of a PC's processors, so many, as its BIOS leaves them. */
  static ProcessorMsrs ofPc(int processors) {
    return of(processors, MemoryTypeRanges::ofPc);
  }

  private static ProcessorMsrs of(int processors, Supplier<MemoryTypeRanges> ranges) {
    ProcessorMsrs msrs = new ProcessorMsrs(processors);
    for (int i = 0; i < processors; i++) {
      msrs.blocks[i] = new MsrBlock[] {ranges.get(), new MachineCheckBanks()};
    }
    return msrs;
  }

  /**
   * Reads a register.
   *
   * @throws GuestFault #GP if it does not exist
   */
  public long read(Cpu cpu, int msr) {
    for (MsrBlock block : blocks(cpu)) {
      if (block.contains(msr)) {
        return block.read(msr);
      }
    }
    return switch (msr) {
      case IA32_PLATFORM_ID, IA32_BIOS_SIGN_ID, MSR_PLATFORM_INFO -> 0;
      case IA32_ARCH_CAPABILITIES -> ARCH_CAPABILITIES;
      case IA32_MISC_ENABLE -> miscEnable;
      default -> throw cpu.fault(GuestFault.GP, 0);
    };
  }

  /**
   * Writes a register.
   *
   * @throws GuestFault #GP if it does not exist
   */
  public void write(Cpu cpu, int msr, long value) {
    for (MsrBlock block : blocks(cpu)) {
      if (block.contains(msr)) {
        if (!block.write(msr, value)) {
          throw cpu.fault(GuestFault.GP, 0);
        }
        return;
      }
    }
    switch (msr) {
      case IA32_BIOS_SIGN_ID -> {
        // Written with 0 before CPUID is to load it with the microcode revision, which is 0.
      }
      case IA32_MISC_ENABLE -> miscEnable = value;
      default -> throw cpu.fault(GuestFault.GP, 0);
    }
  }

  private MsrBlock[] blocks(Cpu cpu) {
    return blocks.length == 0 ? NONE : blocks[cpu.id];
  }
}
