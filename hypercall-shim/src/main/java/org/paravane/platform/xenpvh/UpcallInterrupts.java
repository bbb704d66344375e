package org.paravane.platform.xenpvh;

import org.paravane.core.cpu.InterruptController;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.platform.xen.VirtualProcessor;

/**
 * A processor's interrupts: event-channel upcalls through the callback vector, which passes by the local APIC and stays
 * asserted while evtchn_upcall_pending is set, and those of the local APIC.
 */
final class UpcallInterrupts implements InterruptController {
  private final VirtualProcessor processor;
  private final LocalApic apic;
  private final HvmParameters parameters;

  UpcallInterrupts(VirtualProcessor processor, LocalApic apic, HvmParameters parameters) {
    this.processor = processor;
    this.apic = apic;
    this.parameters = parameters;
  }

  private boolean upcallDue() {
    return parameters.callbackVector() >= 0 && processor.upcallDue();
  }

  @Override
  public boolean interruptPending() {
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
