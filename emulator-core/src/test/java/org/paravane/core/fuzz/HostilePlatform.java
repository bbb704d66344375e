package org.paravane.core.fuzz;

import java.util.SplittableRandom;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;

/** A platform that answers at random and interrupts when it likes, the same for the same seed. */
final class HostilePlatform implements Platform, InterruptController {
  private final SplittableRandom random;
  private int taskPriorityClass;

  HostilePlatform(SplittableRandom random) {
    this.random = random;
  }

  @Override
  public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    result.set(random.nextInt(), random.nextInt(), random.nextInt(), random.nextInt());
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    if (random.nextBoolean()) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return random.nextLong();
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    if (random.nextBoolean()) {
      throw cpu.fault(GuestFault.GP, 0);
    }
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
    return random.nextInt(16) == 0;
  }

  @Override
  public int acknowledgeInterrupt() {
    return random.nextInt(-1, 256);
  }

  @Override
  public int taskPriorityClass() {
    return taskPriorityClass;
  }

  @Override
  public void taskPriorityClass(int priorityClass) {
    taskPriorityClass = priorityClass;
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    return random.nextBoolean();
  }
}
