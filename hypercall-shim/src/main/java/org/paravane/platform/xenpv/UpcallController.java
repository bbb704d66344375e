package org.paravane.platform.xenpv;

import org.paravane.core.cpu.InterruptController;
import org.paravane.platform.xen.VirtualProcessor;

/** A PV guest's only interrupt: an event waits, and evtchn_upcall_mask does not hold it off. */
record UpcallController(VirtualProcessor processor) implements InterruptController {
  @Override
  public boolean interruptPending() {
    return processor.upcallDue();
  }

  @Override
  public int acknowledgeInterrupt() {
    return processor.upcallDue() ? XenPvPlatform.UPCALL_VECTOR : -1;
  }

  @Override
  public int taskPriorityClass() {
    return 0;
  }

  /** Only MOV to CR8 comes here, which no PV guest can execute. */
  @Override
  public void taskPriorityClass(int priorityClass) {}
}
