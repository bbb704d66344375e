package org.paravane.core.device.interrupt;

import java.util.ArrayList;
import java.util.List;

/** Carries interrupt messages from I/O APICs, local APICs and MSI writes to local APICs, and ends of interrupt back. */
public final class ApicBus {
  private final List<LocalApic> localApics = new ArrayList<>();
  private final List<IoApic> ioApics = new ArrayList<>();

  /** Sends a message. Returns whether a local APIC accepted it. */
  public boolean send(InterruptMessage message) {
    return send(message, null);
  }

  void add(LocalApic apic) {
    localApics.add(apic);
  }

  void add(IoApic apic) {
    ioApics.add(apic);
  }

  /** Sends a message to all that match it except one local APIC, which may be null. */
  boolean send(InterruptMessage message, LocalApic except) {
    if (message.mode() == DeliveryMode.LOWEST_PRIORITY) {
      return sendToLowestPriority(message, except);
    }
    boolean accepted = false;
    for (LocalApic apic : localApics) {
      if (apic != except && apic.matches(message)) {
        accepted |= apic.accept(message);
      }
    }
    return accepted;
  }

  void endOfInterrupt(int vector) {
    for (IoApic apic : ioApics) {
      apic.endOfInterrupt(vector);
    }
  }

  /** Among equals the one that was added first wins, so that a run is repeatable. */
  private boolean sendToLowestPriority(InterruptMessage message, LocalApic except) {
    LocalApic chosen = null;
    for (LocalApic apic : localApics) {
      boolean candidate = apic != except && apic.softwareEnabled() && apic.matches(message);
      if (candidate && (chosen == null || apic.processorPriority() < chosen.processorPriority())) {
        chosen = apic;
      }
    }
    return chosen != null && chosen.accept(message);
  }
}
