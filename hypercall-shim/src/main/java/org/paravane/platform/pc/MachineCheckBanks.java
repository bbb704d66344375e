package org.paravane.platform.pc;

/**
 * One processor's machine-check registers (SDM Vol. 3B, Machine-Check Architecture): two banks in which no error is ever
 * logged, and nothing optional.
 */
final class MachineCheckBanks implements MsrBlock {
  private static final int IA32_MCG_CAP = 0x179;
  private static final int IA32_MCG_STATUS = 0x17a;
  private static final int IA32_MC0_CTL = 0x400;
  private static final int BANKS = 2;
  private static final int REGISTERS_OF_BANK = 4;
  private static final int CONTROL = 0;

  private final long[] control = new long[BANKS];

  @Override
  public boolean contains(int msr) {
    return msr == IA32_MCG_CAP
        || msr == IA32_MCG_STATUS
        || msr >= IA32_MC0_CTL && msr < IA32_MC0_CTL + REGISTERS_OF_BANK * BANKS;
  }

  @Override
  public long read(int msr) {
    if (msr == IA32_MCG_CAP) {
      return BANKS;
    }
    return isControl(msr) ? control[bank(msr)] : 0;
  }

  /** Control registers keep what is written; status, address and miscellaneous ones take nothing but 0. */
  @Override
  public boolean write(int msr, long value) {
    if (isControl(msr)) {
      control[bank(msr)] = value;
      return true;
    }
    return msr != IA32_MCG_CAP && value == 0;
  }

  private static boolean isControl(int msr) {
    return msr >= IA32_MC0_CTL && (msr - IA32_MC0_CTL) % REGISTERS_OF_BANK == CONTROL;
  }

  private static int bank(int msr) {
    return (msr - IA32_MC0_CTL) / REGISTERS_OF_BANK;
  }
}
