package org.paravane.platform.xen;

import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.event.EventChannels;

/** HYPERVISOR_sched_op. @abi xen/include/public/sched.h */
final class SchedulerCall implements Hypercall {
  private static final int YIELD = 0;
  private static final int BLOCK = 1;
  private static final int SHUTDOWN = 2;
  private static final int POLL = 3;
  private static final int REMOTE_SHUTDOWN = 4;
  private static final int SHUTDOWN_CODE = 5;
  private static final int WATCHDOG = 6;
  private static final int PIN_OVERRIDE = 7;
  private static final int NO_CODE = 0xff;
  private static final int WATCHDOG_REASON = 4;
  private static final int MOST_POLLED_PORTS = 128;

  private final Machine machine;
  private final XenDomain domain;
  private final Watchdogs watchdogs;

  /** The reason that counts at the next shutdown, whatever that says. */
  private int shutdownCode = NO_CODE;

  SchedulerCall(Machine machine, XenDomain domain) {
    this.machine = machine;
    this.domain = domain;
    watchdogs = new Watchdogs(machine, () -> shutDown(WATCHDOG_REASON));
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    VirtualProcessor caller = domain.processor(guest.vcpu());
    long at = arguments[1];
    switch ((int) arguments[0]) {
      case YIELD -> {
        return 0;
      }
      case BLOCK -> {
        if (domain.paravirtual()) {
          caller.upcallMasked(false);
        }
        caller.block();
        return 0;
      }
      case SHUTDOWN -> {
        int reason = guest.read32(at) & 0xff;
        shutDown(reason);
        return 0;
      }
      case SHUTDOWN_CODE -> {
        int reason = guest.read32(at) & 0xff;
        if (shutdownCode == NO_CODE) {
          shutdownCode = reason;
        }
        return 0;
      }
      case REMOTE_SHUTDOWN -> {
        // The domains that there are have nobody that the guest may shut down, itself included.
        int remote = guest.read16(at);
        return remote == Domid.HOST || remote == Domid.GUEST ? -Errno.EPERM : -Errno.ESRCH;
      }
      case WATCHDOG -> {
        return watchdogs.set(guest.read32(at), guest.read32(at + 4));
      }
      case PIN_OVERRIDE -> {
        return -Errno.EPERM;
      }
      case POLL -> {
        return poll(caller, guest, at);
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
  }

  /** A reason that the toolstack does not know has it destroy the domain. */
  private void shutDown(int asked) {
    int reason = shutdownCode == NO_CODE ? asked : shutdownCode;
    switch (reason) {
      case 0 -> machine.exit(new ExitReason.PowerOff("Xen SCHEDOP_shutdown, power-off"));
      case 1 -> machine.exit(new ExitReason.Reset("Xen SCHEDOP_shutdown, reboot"));
      case 2 -> machine.exit(new ExitReason.PowerOff("Xen SCHEDOP_shutdown, suspend"));
      case 3 -> machine.exit(new ExitReason.GuestCrash("Xen SCHEDOP_shutdown, crash"));
      case 4 -> machine.exit(new ExitReason.Reset("Xen SCHEDOP_shutdown, watchdog"));
      case 5 -> machine.exit(new ExitReason.Reset("Xen SCHEDOP_shutdown, soft reset"));
      default ->
          machine.exit(
              new ExitReason.GuestCrash(
                  "Xen SCHEDOP_shutdown, unknown reason %d".formatted(reason)));
    }
  }

  private long poll(VirtualProcessor caller, GuestSpace guest, long at) {
    int count = guest.read32(at + guest.wordBytes());
    if (count < 0 || count > MOST_POLLED_PORTS) {
      return -Errno.EINVAL;
    }
    EventChannels events = domain.events();
    long list = guest.readWord(at);
    if (caller.needsDelivery()) {
      return 0;
    }
    int[] ports = new int[count];
    for (int i = 0; i < count; i++) {
      ports[i] = guest.read32(list + 4L * i);
      if (events.pending(ports[i])) {
        return 0;
      }
    }
    caller.poll(ports, guest.read64(at + 2L * guest.wordBytes()));
    return 0;
  }
}
