package org.paravane.platform.xenpv;

import java.util.Arrays;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;

/** HYPERVISOR_set_trap_table, callback_op, set_callbacks, stack_switch and physdev_op: where a guest kernel is entered. */
final class TrapCalls {
  static final int CALLBACK_EVENT = 0;
  static final int CALLBACK_FAILSAFE = 1;
  static final int CALLBACK_SYSCALL = 2;
  static final int CALLBACK_NMI = 4;
  static final int CALLBACK_SYSENTER = 5;
  static final int CALLBACK_SYSCALL32 = 7;

  private static final int VECTORS = 256;
  private static final int REGISTER = 0;
  private static final int UNREGISTER = 1;
  private static final int PHYSDEV_SET_IOPL = 6;
  private static final int PHYSDEV_SET_IOBITMAP = 7;
  private static final int PHYSDEV_PIRQ_EOI_GMFN_V2 = 28;
  private static final int MOST_PORTS = 0x10000;

  private final PvMachine machine;
  private final FrameTypes types;

  TrapCalls(PvMachine machine, FrameTypes types) {
    this.machine = machine;
    this.types = types;
  }

  /** Entries of {u8 vector, u8 flags, u16 cs, u64 address @8}, up to one with address 0. */
  long setTrapTable(GuestSpace guest, long[] arguments) {
    PvProcessor caller = machine.processor(guest.vcpu());
    if (arguments[0] == 0) {
      Arrays.fill(caller.trapAddress, 0);
      return 0;
    }
    for (int i = 0; i < VECTORS + 1; i++) {
      long at = arguments[0] + 16L * i;
      long address = guest.read64(at + 8);
      if (address == 0) {
        break;
      }
      if (address << 16 >> 16 != address) {
        return -Errno.EINVAL;
      }
      int vector = guest.read8(at);
      caller.trapFlags[vector] = guest.read8(at + 1);
      caller.trapAddress[vector] = address;
    }
    return 0;
  }

  long setCallbacks(GuestSpace guest, long[] arguments) {
    PvProcessor caller = machine.processor(guest.vcpu());
    caller.callback[CALLBACK_EVENT] = arguments[0];
    caller.callback[CALLBACK_FAILSAFE] = arguments[1];
    caller.callback[CALLBACK_SYSCALL] = arguments[2];
    return 0;
  }

  long callback(GuestSpace guest, long[] arguments) {
    PvProcessor caller = machine.processor(guest.vcpu());
    int type = guest.read16(arguments[1]);
    boolean known =
        switch (type) {
          case CALLBACK_EVENT,
              CALLBACK_FAILSAFE,
              CALLBACK_SYSCALL,
              CALLBACK_NMI,
              CALLBACK_SYSENTER,
              CALLBACK_SYSCALL32 ->
              true;
          default -> false;
        };
    switch ((int) arguments[0]) {
      case REGISTER -> {
        long address = guest.read64(arguments[1] + 8);
        if (address << 16 >> 16 != address) {
          return -Errno.EINVAL;
        }
        if (!known) {
          return -Errno.ENOSYS;
        }
        caller.callback[type] = address;
        caller.callbackMasks[type] = (guest.read16(arguments[1] + 2) & 1) != 0;
      }
      case UNREGISTER -> {
        if (type != CALLBACK_NMI) {
          return known ? -Errno.EINVAL : -Errno.ENOSYS;
        }
        caller.callback[type] = 0;
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  long stackSwitch(GuestSpace guest, long[] arguments) {
    PvProcessor caller = machine.processor(guest.vcpu());
    caller.kernelSs = (int) arguments[0] & 0xffff | 3;
    caller.kernelSp = arguments[1];
    return 0;
  }

  long physdev(GuestSpace guest, long[] arguments) {
    PvProcessor caller = machine.processor(guest.vcpu());
    switch ((int) arguments[0]) {
      case PHYSDEV_SET_IOPL -> {
        int level = guest.read32(arguments[1]);
        if (level < 0 || level > 3) {
          return -Errno.EINVAL;
        }
        caller.ioPrivilege = level;
      }
      case PHYSDEV_SET_IOBITMAP -> {
        int ports = guest.read32(arguments[1] + 8);
        if (ports < 0 || ports > MOST_PORTS) {
          return -Errno.EINVAL;
        }
        caller.ioBitmap = guest.read64(arguments[1]);
        caller.ioBitmapPorts = ports;
      }
      case PHYSDEV_PIRQ_EOI_GMFN_V2 -> {
        // A map of the physical interrupts that need an end: there are none, so it stays clear.
        if (!types.owned(guest.read64(arguments[1]))) {
          return -Errno.EINVAL;
        }
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }
}
