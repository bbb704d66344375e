package org.paravane.platform.hyperv;

import org.paravane.core.cpu.Platform.CpuidResult;
import org.paravane.platform.pc.HypervisorPlatform;

/** Hyper-V's CPUID leaves (TLFS 2.4): the privileges and features that are implemented here. */
final class HypervLeaves {
  private static final int FIRST = HypervisorPlatform.FIRST_HYPERVISOR_LEAF;
  private static final int INTERFACE = FIRST + 1;
  private static final int VERSION = FIRST + 2;
  private static final int FEATURES = FIRST + 3;
  private static final int RECOMMENDATIONS = FIRST + 4;
  private static final int LIMITS = FIRST + 5;

  private static final int ACCESS_TIME_REF_COUNT = 1 << 1;
  private static final int ACCESS_SYNIC = 1 << 2;
  private static final int ACCESS_SYNTHETIC_TIMERS = 1 << 3;
  private static final int ACCESS_INTERRUPT_CONTROL = 1 << 4;
  private static final int ACCESS_HYPERCALLS = 1 << 5;
  private static final int ACCESS_VP_INDEX = 1 << 6;
  private static final int ACCESS_RESET = 1 << 7;
  private static final int ACCESS_REFERENCE_TSC = 1 << 9;
  private static final int ACCESS_FREQUENCIES = 1 << 11;
  private static final int PRIVILEGES =
      ACCESS_TIME_REF_COUNT
          | ACCESS_SYNIC
          | ACCESS_SYNTHETIC_TIMERS
          | ACCESS_INTERRUPT_CONTROL
          | ACCESS_HYPERCALLS
          | ACCESS_VP_INDEX
          | ACCESS_RESET
          | ACCESS_REFERENCE_TSC
          | ACCESS_FREQUENCIES;

  private static final int FREQUENCIES_AVAILABLE = 1 << 8;
  private static final int CRASH_MSRS_AVAILABLE = 1 << 10;
  private static final int DIRECT_SYNTHETIC_TIMERS = 1 << 19;
  private static final int FEATURES_EDX = FREQUENCIES_AVAILABLE | CRASH_MSRS_AVAILABLE | DIRECT_SYNTHETIC_TIMERS;

  private static final int RECOMMEND_REMOTE_FLUSH_BY_HYPERCALL = 1 << 2;
  private static final int RECOMMEND_NO_AUTO_EOI = 1 << 9;
  private static final int RECOMMEND_CLUSTER_IPI = 1 << 10;
  private static final int RECOMMENDED =
      RECOMMEND_REMOTE_FLUSH_BY_HYPERCALL | RECOMMEND_NO_AUTO_EOI | RECOMMEND_CLUSTER_IPI;

  /** How often to try a spin lock before the hypervisor should know of it: without end. */
  private static final int SPIN_RETRIES = -1;

  private static final int BUILD = 20348;
  private static final int MAJOR_MINOR = 10 << 16;

  /** A mask of processors in a hypercall's input has 64 bits. */
  private static final int MAX_PROCESSORS = 64;

  private HypervLeaves() {}

  /** Answers a leaf; {@code result} holds zeros. */
  static void answer(int leaf, CpuidResult result) {
    switch (leaf) {
      // "Microsoft Hv".
      case FIRST -> result.set(LIMITS, 0x7263_694d, 0x666f_736f, 0x7648_2074);
      // "Hv#1".
      case INTERFACE -> result.set(0x3123_7648, 0, 0, 0);
      case VERSION -> result.set(BUILD, MAJOR_MINOR, 0, 0);
      case FEATURES -> result.set(PRIVILEGES, 0, 0, FEATURES_EDX);
      case RECOMMENDATIONS -> result.set(RECOMMENDED, SPIN_RETRIES, 0, 0);
      case LIMITS -> result.set(MAX_PROCESSORS, MAX_PROCESSORS, 0, 0);
      default -> {}
    }
  }
}
