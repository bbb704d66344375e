package org.paravane.platform.xen.abi;

/** Domain ids with a meaning of their own. @abi xen/include/public/xen.h */
public final class Domid {
  /** The domain with the devices. */
  public static final int HOST = 0;

  /** The one domain that a machine runs. */
  public static final int GUEST = 1;

  /** The caller. */
  public static final int SELF = 0x7ff0;

  private Domid() {}

  /**
   * Takes no domain but the guest itself.
   *
   * @throws XenError -EPERM for the host, -ESRCH for domains that there are not
   */
  public static void requireSelf(int domain) {
    if (!isSelf(domain)) {
      throw new XenError((domain & 0xffff) == HOST ? Errno.EPERM : Errno.ESRCH);
    }
  }

  /** Tells whether a domain id names the guest itself. */
  public static boolean isSelf(int domain) {
    return (domain & 0xffff) == SELF || (domain & 0xffff) == GUEST;
  }
}
