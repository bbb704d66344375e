package org.paravane.platform.xen.event;

/** One end of an event channel. */
final class Port {
  /** What a port is bound to; the ordinal is the status that EVTCHNOP_status reports. */
  enum Kind {
    CLOSED,
    UNBOUND,
    INTERDOMAIN,
    PIRQ,
    VIRQ,
    IPI
  }

  static final int DEFAULT_PRIORITY = 7;

  Kind kind = Kind.CLOSED;
  int vcpu;
  int remoteDomain;
  int remotePort;
  int virq;
  int priority = DEFAULT_PRIORITY;

  /** What a send through an interdomain port to a backend does, or null if the other end is the domain's. */
  Runnable backend;

  /** Pending before the guest gave a place to say so. */
  boolean pendingUnseen;

  /** Priority queue and processor that it was last linked on (FIFO). */
  int lastQueue = DEFAULT_PRIORITY;

  int lastVcpu;

  void close() {
    kind = Kind.CLOSED;
    vcpu = 0;
    backend = null;
    pendingUnseen = false;
    priority = DEFAULT_PRIORITY;
  }
}
