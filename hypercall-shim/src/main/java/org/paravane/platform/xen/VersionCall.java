package org.paravane.platform.xen;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;

/** HYPERVISOR_xen_version. @abi xen/include/public/version.h, features.h */
public final class VersionCall implements Hypercall {
  private static final int VERSION = 0;
  private static final int EXTRAVERSION = 1;
  private static final int COMPILE_INFO = 2;
  private static final int CAPABILITIES = 3;
  private static final int CHANGESET = 4;
  private static final int PLATFORM_PARAMETERS = 5;
  private static final int GET_FEATURES = 6;
  private static final int PAGESIZE = 7;
  private static final int GUEST_HANDLE = 8;
  private static final int COMMANDLINE = 9;
  private static final int BUILD_ID = 10;

  /** Where 32-bit guests have the hypervisor. */
  private static final long NARROW_START = 0xf580_0000L;

  private static final String CAPABILITY_LIST =
      "xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ";

  /** What a guest reads that may not know. */
  private static final String DENIED = "<denied>";

  private final int features;

  /** Answers with these feature bits. */
  public VersionCall(int features) {
    this.features = features;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    switch ((int) arguments[0]) {
      case VERSION -> {
        return XenLeaves.VERSION;
      }
      case EXTRAVERSION -> guest.bytes(at, text(".0-paravane", 16));
      case COMPILE_INFO -> {
        guest.bytes(at, text("javac 25", 64));
        guest.bytes(at + 64, text("paravane", 16));
        guest.bytes(at + 80, text("paravane", 32));
        guest.bytes(at + 112, text("", 32));
      }
      case CAPABILITIES -> guest.bytes(at, text(CAPABILITY_LIST, 1024));
      case CHANGESET -> guest.bytes(at, text("unavailable", 64));
      case PLATFORM_PARAMETERS ->
          guest.writeWord(at, guest.narrow() ? NARROW_START : GuestSpace.HYPERVISOR_START);
      case GET_FEATURES -> {
        if (guest.read32(at) != 0) {
          return -Errno.EINVAL;
        }
        guest.write32(at + 4, features);
      }
      case PAGESIZE -> {
        return at == 0 ? 4096 : -Errno.EINVAL;
      }
      case GUEST_HANDLE -> guest.bytes(at, new byte[16]);
      case COMMANDLINE -> guest.bytes(at, text(DENIED, DENIED.length() + 1));
      case BUILD_ID -> {
        return -Errno.EPERM;
      }
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private static byte[] text(String text, int length) {
    return Arrays.copyOf(text.getBytes(StandardCharsets.US_ASCII), length);
  }
}
