package org.paravane.platform.xen.event;

/** How pending and masked ports are kept in memory that guest and hypervisor share. */
sealed interface EventAbi permits TwoLevelEvents, FifoEvents {
  /** Ports that it has room for. */
  int ports();

  /** Marks a port pending and notifies its processor; true if it was not pending before. */
  boolean raise(int number, Port port);

  /** Forgets that a port is pending. */
  void clear(int number, Port port);

  /** Clears the mask; a pending port is delivered. */
  void unmask(int number, Port port);

  /** Tells whether a port is pending. */
  boolean pending(int number, Port port);

  /** Tells whether a port that is closed can't be used again yet. */
  boolean busy(int number);

  /** Tells whether a port is masked. */
  boolean masked(int number, Port port);
}
