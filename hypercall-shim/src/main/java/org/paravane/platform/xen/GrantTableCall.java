package org.paravane.platform.xen;

import org.paravane.core.cpu.GuestFault;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;

/**
 * HYPERVISOR_grant_table_op. There is no other domain that could grant the guest anything, so that mapping and copying
 * fail one by one.
 *
 * @abi xen/include/public/grant_table.h
 */
final class GrantTableCall implements Hypercall {
  private static final int MAP_GRANT_REF = 0;
  private static final int UNMAP_GRANT_REF = 1;
  private static final int SETUP_TABLE = 2;
  private static final int COPY = 5;
  private static final int QUERY_SIZE = 6;
  private static final int SET_VERSION = 8;
  private static final int GET_VERSION = 10;

  private static final int OKAY = 0;
  private static final int GENERAL_ERROR = -1;
  private static final int BAD_DOMAIN = -2;
  private static final int BAD_HANDLE = -4;
  private static final int BAD_ADDRESS = -5;
  private static final int PERMISSION_DENIED = -8;
  private static final int MOST_OPERATIONS = 4096;

  private final GrantTable table;

  GrantTableCall(GrantTable table) {
    this.table = table;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    long count = arguments[2] & 0xffff_ffffL;
    int command = (int) arguments[0];
    if (count > MOST_OPERATIONS) {
      return -Errno.EINVAL;
    }
    return switch (command) {
      case MAP_GRANT_REF -> fail(guest, at, count, 32, 18, BAD_DOMAIN);
      case UNMAP_GRANT_REF -> fail(guest, at, count, 24, 20, BAD_HANDLE);
      case COPY ->
          guest.narrow()
              ? fail(guest, at, count, 24, 20, BAD_DOMAIN)
              : fail(guest, at, count, 40, 36, BAD_DOMAIN);
      case SETUP_TABLE -> count == 1 ? setUp(guest, at) : -Errno.EINVAL;
      case QUERY_SIZE -> count == 1 ? query(guest, at) : -Errno.EINVAL;
      case SET_VERSION -> setVersion(guest, at);
      case GET_VERSION -> getVersion(guest, at);
      default -> -Errno.ENOSYS;
    };
  }

  private static long fail(
      GuestSpace guest, long at, long count, int size, int statusOffset, int status) {
    for (long i = 0; i < count; i++) {
      guest.write16(at + i * size + statusOffset, status);
    }
    return 0;
  }

  private long setUp(GuestSpace guest, long at) {
    int frames = guest.read32(at + 4);
    int domain = guest.read16(at);
    int status;
    if (!Domid.isSelf(domain)) {
      status = refused(domain);
    } else if (frames < 0 || !table.grow(frames)) {
      status = GENERAL_ERROR;
    } else {
      status = tell(guest, guest.readWord(at + (guest.narrow() ? 12 : 16)), frames);
    }
    guest.write16(at + 8, status);
    return 0;
  }

  private int tell(GuestSpace guest, long list, int frames) {
    try {
      for (int i = 0; i < frames; i++) {
        guest.writeWord(list + (long) guest.wordBytes() * i, table.frame(i) >>> 12);
      }
      return OKAY;
    } catch (XenError | GuestFault bad) {
      return BAD_ADDRESS;
    }
  }

  private long query(GuestSpace guest, long at) {
    int domain = guest.read16(at);
    if (Domid.isSelf(domain)) {
      guest.write32(at + 4, table.size());
      guest.write32(at + 8, GrantTable.MOST_FRAMES);
      guest.write16(at + 12, OKAY);
    } else {
      guest.write16(at + 12, refused(domain));
    }
    return 0;
  }

  private static int refused(int domain) {
    return domain == Domid.HOST ? PERMISSION_DENIED : BAD_DOMAIN;
  }

  private static long setVersion(GuestSpace guest, long at) {
    int wanted = guest.read32(at);
    guest.write32(at, 1);
    return switch (wanted) {
      case 1 -> 0;
      // As for a domain that its configuration gives no more than version 1.
      case 2 -> -Errno.ENOSYS;
      default -> -Errno.EINVAL;
    };
  }

  private static long getVersion(GuestSpace guest, long at) {
    Domid.requireSelf(guest.read16(at));
    guest.write32(at + 4, 1);
    return 0;
  }
}
