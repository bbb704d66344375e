package org.paravane.benchmarks;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;

/** A platform without devices and interrupts, whose one hypercall counts in RBX. */
final class QuietPlatform implements Platform, InterruptController {
  @Override
  public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    result.set(0, 0, 0, 0);
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    throw cpu.fault(GuestFault.GP, 0);
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    throw cpu.fault(GuestFault.GP, 0);
  }

  @Override
  public long timeStampCounter(Cpu cpu) {
    return cpu.instructions;
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    cpu.gpr[Cpu.RBX]++;
    return true;
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return this;
  }

  @Override
  public boolean interruptPending() {
    return false;
  }

  @Override
  public int acknowledgeInterrupt() {
    return -1;
  }

  @Override
  public int taskPriorityClass() {
    return 0;
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    throw new IllegalStateException("the benchmarks' guests leave CR8 alone");
  }
}
