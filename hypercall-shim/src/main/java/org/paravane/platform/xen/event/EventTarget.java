package org.paravane.platform.xen.event;

/** A virtual processor as event channels see it. */
public interface EventTarget {
  /** Guest-physical address of its vcpu_info. */
  long infoAddress();

  /** Its evtchn_upcall_pending went from 0 to 1. */
  void upcallPending();

  /** A port became pending, masked or not: it may be polling for it. */
  void portPending(int port);
}
