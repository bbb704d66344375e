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

  /** Tells whether a domain id names the guest itself. */
  public static boolean isSelf(int domain) {
    return (domain & 0xffff) == SELF || (domain & 0xffff) == GUEST;
  }
}
