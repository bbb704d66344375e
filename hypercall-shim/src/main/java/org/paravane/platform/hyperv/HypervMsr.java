package org.paravane.platform.hyperv;

/** Numbers of the synthetic model-specific registers (TLFS appendix C). */
final class HypervMsr {
  static final int GUEST_OS_ID = 0x4000_0000;
  static final int HYPERCALL = 0x4000_0001;
  static final int VP_INDEX = 0x4000_0002;
  static final int RESET = 0x4000_0003;
  static final int TIME_REF_COUNT = 0x4000_0020;
  static final int REFERENCE_TSC = 0x4000_0021;
  static final int TSC_FREQUENCY = 0x4000_0022;
  static final int APIC_FREQUENCY = 0x4000_0023;
  static final int EOI = 0x4000_0070;
  static final int ICR = 0x4000_0071;
  static final int TPR = 0x4000_0072;
  static final int VP_ASSIST_PAGE = 0x4000_0073;
  static final int SCONTROL = 0x4000_0080;
  static final int SVERSION = 0x4000_0081;
  static final int SIEFP = 0x4000_0082;
  static final int SIMP = 0x4000_0083;
  static final int EOM = 0x4000_0084;
  static final int SINT0 = 0x4000_0090;
  static final int SINT15 = 0x4000_009f;
  static final int STIMER0_CONFIG = 0x4000_00b0;
  static final int STIMER3_COUNT = 0x4000_00b7;
  static final int CRASH_P0 = 0x4000_0100;
  static final int CRASH_P4 = 0x4000_0104;
  static final int CRASH_CTL = 0x4000_0105;

  private HypervMsr() {}

  /** Tells whether a register is one of the synthetic interrupt controller or the synthetic timers. */
  static boolean ofSynic(int msr) {
    return msr >= SCONTROL && msr <= EOM
        || msr >= SINT0 && msr <= SINT15
        || msr >= STIMER0_CONFIG && msr <= STIMER3_COUNT;
  }
}
