package org.paravane.platform.pc;

import java.util.Arrays;

/**
 * One processor's memory type range registers (SDM Vol. 3A 12.11): the default type, eight variable ranges, the fixed
 * ranges, and write combining. There are no caches, so they do nothing but keep what is written.
 */
final class MemoryTypeRanges implements MsrBlock {
  private static final int IA32_MTRRCAP = 0xfe;
  private static final int IA32_MTRR_PHYSBASE0 = 0x200;
  private static final int VARIABLE_RANGES = 8;
  private static final int IA32_MTRR_DEF_TYPE = 0x2ff;

  /** 512 KiB from 0; then two registers of 16 KiB ranges from 80000h, and eight of 4 KiB ranges from C0000h. */
  private static final int[] FIXED = {
    0x250, 0x258, 0x259, 0x268, 0x269, 0x26a, 0x26b, 0x26c, 0x26d, 0x26e, 0x26f
  };

  /** The fixed register of A0000h to BFFFFh, where displays have their memory. */
  private static final int VIDEO = 2;

  private static final long CAPABILITIES = VARIABLE_RANGES | 1 << 8 | 1 << 10;
  private static final int UNCACHEABLE = 0;
  private static final int WRITE_BACK = 6;
  private static final long ALL_WRITE_BACK = 0x0606_0606_0606_0606L;
  private static final long TYPE = 0xff;
  private static final long ENABLED = 1 << 11;
  private static final long FIXED_ENABLED = 1 << 10;
  private static final long VALID = 1 << 11;
  private static final long ADDRESS = (1L << ProcessorIdentity.PHYSICAL_BITS) - 0x1000;

  private final long[] variable = new long[2 * VARIABLE_RANGES];
  private final long[] fixed = new long[FIXED.length];
  private long defaultType = WRITE_BACK | ENABLED;

  private MemoryTypeRanges() {}

  /** All memory is write-back, and no range says otherwise: what Xen gives PVH guests. */
  static MemoryTypeRanges writeBack() {
    return new MemoryTypeRanges();
  }

  /** As a PC's BIOS leaves them: what is no RAM for the video memory and from 3 to 4 GiB is uncacheable. */
  static MemoryTypeRanges ofPc() {
    MemoryTypeRanges ranges = new MemoryTypeRanges();
    Arrays.fill(ranges.fixed, ALL_WRITE_BACK);
    ranges.fixed[VIDEO] = UNCACHEABLE;
    ranges.variable[0] = 0xc000_0000L | UNCACHEABLE;
    ranges.variable[1] = ADDRESS & -0x4000_0000L | VALID;
    ranges.defaultType |= FIXED_ENABLED;
    return ranges;
  }

  @Override
  public boolean contains(int msr) {
    return msr == IA32_MTRRCAP || msr == IA32_MTRR_DEF_TYPE || isVariable(msr) || fixed(msr) >= 0;
  }

  private static boolean isVariable(int msr) {
    return msr >= IA32_MTRR_PHYSBASE0 && msr < IA32_MTRR_PHYSBASE0 + 2 * VARIABLE_RANGES;
  }

  private static int fixed(int msr) {
    return Arrays.binarySearch(FIXED, msr);
  }

  @Override
  public long read(int msr) {
    return switch (msr) {
      case IA32_MTRRCAP -> CAPABILITIES;
      case IA32_MTRR_DEF_TYPE -> defaultType;
      default -> isVariable(msr) ? variable[msr - IA32_MTRR_PHYSBASE0] : fixed[fixed(msr)];
    };
  }

  /** Takes no type that does not exist, and no reserved bit. */
  @Override
  public boolean write(int msr, long value) {
    if (!allowed(msr, value)) {
      return false;
    }
    if (msr == IA32_MTRR_DEF_TYPE) {
      defaultType = value;
    } else if (isVariable(msr)) {
      variable[msr - IA32_MTRR_PHYSBASE0] = value;
    } else {
      fixed[fixed(msr)] = value;
    }
    return true;
  }

  private static boolean allowed(int msr, long value) {
    if (msr == IA32_MTRRCAP) {
      return false;
    }
    if (msr == IA32_MTRR_DEF_TYPE) {
      return (value & ~(TYPE | ENABLED | FIXED_ENABLED)) == 0 && isType(value);
    }
    if (isVariable(msr)) {
      boolean mask = (msr & 1) != 0;
      return (value & ~(ADDRESS | (mask ? VALID : TYPE))) == 0 && (mask || isType(value));
    }
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      if (!isType(value >>> shift)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isType(long value) {
    return switch ((int) (value & TYPE)) {
      case 0, 1, 4, 5, WRITE_BACK -> true;
      default -> false;
    };
  }
}
