package org.paravane.platform.xen.abi;

/** What one hypercall number does. */
@FunctionalInterface
public interface Hypercall {
  /**
   * Carries it out.
   *
   * @param guest the caller's memory, and who the caller is
   * @param arguments up to six arguments, as the registers hold them
   * @return what the caller gets: 0 or more, or a negated {@link Errno}
   * @throws XenError for an error
   * @throws org.paravane.core.cpu.GuestFault for a bad guest pointer; the caller gets -EFAULT
   */
  long call(GuestSpace guest, long[] arguments);
}
