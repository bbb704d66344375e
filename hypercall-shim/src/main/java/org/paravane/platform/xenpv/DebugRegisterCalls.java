package org.paravane.platform.xenpv;

import org.paravane.core.cpu.Cpu;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/** HYPERVISOR_set_debugreg and HYPERVISOR_get_debugreg, and the moves that stand for them. */
final class DebugRegisterCalls {
  private static final long DR7_LENGTHS_AND_TYPES = 0xffff_0000L;
  private static final long DR7_ENABLES = 0xff;
  private static final long DR7_EXACT = 0x700;
  private static final long DR7_GENERAL_DETECT = 1 << 13;

  private DebugRegisterCalls() {}

  /** Reads DR0 to DR7; DR4 and DR5 are DR6 and DR7. */
  static long read(Cpu cpu, int register) {
    return switch (register) {
      case 4, 6 -> cpu.debug.dr6();
      case 5, 7 -> cpu.debug.dr7();
      default -> cpu.debug.address(register);
    };
  }

  /** Writes one; gives 0 or a negated error. */
  static long write(Cpu cpu, int register, long value) {
    switch (register) {
      case 0, 1, 2, 3 -> {
        boolean canonical = value << 16 >> 16 == value;
        boolean hypervisors =
            value >= GuestSpace.HYPERVISOR_START && value < GuestSpace.HYPERVISOR_END;
        if (!canonical || hypervisors) {
          return -Errno.EPERM;
        }
        cpu.debug.address(register, value);
      }
      case 4, 6 -> cpu.debug.dr6(value & 0xe00f | 0xffff_0ff0L);
      case 5, 7 -> {
        if ((value & DR7_GENERAL_DETECT) != 0) {
          return -Errno.EPERM;
        }
        cpu.debug.dr7(value & (DR7_LENGTHS_AND_TYPES | DR7_ENABLES | DR7_EXACT) | 0x400);
      }
      default -> {
        return -Errno.EINVAL;
      }
    }
    return 0;
  }
}
