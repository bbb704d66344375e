package org.paravane.platform.xen;

import java.util.function.IntConsumer;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;

/**
 * HYPERVISOR_console_io: the hypervisor's own console. What a guest writes there is printed, as a hypervisor built for
 * debugging does; there is nothing to read.
 */
final class ConsoleIoCall implements Hypercall {
  private static final int WRITE = 0;
  private static final int READ = 1;
  private static final long MOST_BYTES = 1 << 20;

  private final IntConsumer output;

  ConsoleIoCall(IntConsumer output) {
    this.output = output;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long count = arguments[1] & 0xffff_ffffL;
    switch ((int) arguments[0]) {
      case WRITE -> {
        if (count > MOST_BYTES) {
          return -Errno.EINVAL;
        }
        for (byte value : guest.bytes(arguments[2], (int) count)) {
          output.accept(value & 0xff);
        }
        return 0;
      }
      case READ -> {
        return 0;
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
  }
}
