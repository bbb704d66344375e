package org.paravane.core.conformance;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Deprivileged;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;

/** A platform without devices that keeps the state at an exception and parks the processor. */
final class FaultRecordingPlatform implements Platform, InterruptController, Deprivileged {
  private final long parking;
  private final EmulatedProcessor processor;
  private int taskPriorityClass;

  FaultRecordingPlatform(EmulatedProcessor processor, long parking) {
    this.processor = processor;
    this.parking = parking;
  }

  @Override
  public boolean deliver(Cpu cpu, int vector, boolean software, int errorCode) {
    processor.faulted(vector);
    cpu.rip(parking);
    return true;
  }

  @Override
  public boolean syscall(Cpu cpu, long returnAddress) {
    return false;
  }

  @Override
  public Deprivileged deprivileged() {
    return this;
  }

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
    return taskPriorityClass;
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    taskPriorityClass = priorityClass;
  }
}
