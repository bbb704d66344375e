package org.paravane.platform.xenpvh;

import org.paravane.core.cpu.InterruptController;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.platform.xen.VirtualProcessor;

/**
 * A processor's interrupts: event-channel upcalls through the callback vector, which passes by the local APIC and stays
 * asserted while evtchn_upcall_pending is set, and those of the local APIC, events with a vector of their own among them.
 * A guest that asks for both gets both.
 *
 * @abi xen/arch/x86/hvm/irq.c
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

  /**
   * An event became pending, or the way in which the guest hears of events has changed: if the processor has a vector for
   * events, its local APIC hears of it. One that is off does so when it is turned on, if an event is pending then.
   */
  void raise() {
    int vector = parameters.upcallVector(processor.id());
    owed = vector != 0 && !hardware.raise(processor.cpu(), vector);
  }

  private boolean upcallDue() {
    return parameters.callbackVector() >= 0 && processor.upcallDue();
  }

  @Override
  public boolean interruptPending() {
    if (owed && processor.upcallDue()) {
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
