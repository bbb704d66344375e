package org.paravane.platform.xenpvh;

import org.paravane.core.cpu.InterruptController;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.platform.xen.VirtualProcessor;

/**
 * A processor's interrupts: event-channel upcalls through the callback vector, which passes by the local APIC and stays
 * asserted while evtchn_upcall_pending is set, and those of the local APIC, events with a vector of their own among them.
 */
final class UpcallInterrupts implements InterruptController {
  private final VirtualProcessor processor;
  private final PvhHardware hardware;
  private final LocalApic apic;
  private final HvmParameters parameters;
  private boolean owed;

  UpcallInterrupts(VirtualProcessor processor, PvhHardware hardware, HvmParameters parameters) {
    this.processor = processor;
    this.hardware = hardware;
    this.parameters = parameters;
    apic = hardware.localApic(processor.cpu());
  }

  /** An event became pending: if the processor has a vector for events, its local APIC hears of it, later if it is off. */
  void raise() {
    int vector = parameters.upcallVector(processor.id());
    owed = vector != 0 && !hardware.raise(processor.cpu(), vector);
  }

  private boolean upcallDue() {
    return parameters.upcallVector(processor.id()) == 0
        && parameters.callbackVector() >= 0
        && processor.upcallDue();
  }

  @Override
  public boolean interruptPending() {
    if (owed) {
      raise();
    }
    return upcallDue() || apic.interruptPending();
  }

  @Override
  public int acknowledgeInterrupt() {
    return upcallDue() ? parameters.callbackVector() : apic.acknowledgeInterrupt();
  }

  @Override
  public int taskPriorityClass() {
    return apic.taskPriorityClass();
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    apic.taskPriorityClass(priorityClass);
  }
}
