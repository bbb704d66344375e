package org.paravane.platform.kvm;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.execution.Machine;
import org.paravane.platform.pc.HypervisorPlatform;

/** A PC with KVM's CPUID leaves, model-specific registers and hypercalls. */
final class KvmPlatform extends HypervisorPlatform {
  private static final int FEATURES_LEAF = FIRST_HYPERVISOR_LEAF + 1;

  private static final int MSR_KVM_WALL_CLOCK = 0x11;
  private static final int MSR_KVM_SYSTEM_TIME = 0x12;
  private static final int MSR_KVM_WALL_CLOCK_NEW = 0x4b56_4d00;
  private static final int MSR_KVM_SYSTEM_TIME_NEW = 0x4b56_4d01;
  private static final int MSR_KVM_STEAL_TIME = 0x4b56_4d03;
  private static final int MSR_KVM_PV_EOI_EN = 0x4b56_4d04;

  private final KvmHypercalls hypercalls;
  private final WallClock wallClock;
  private final SystemTime[] systemTimes;
  private final StealTime[] stealTimes;
  private final PvEoi[] ends;

  KvmPlatform(Machine machine, int processors) {
    super(machine, processors, false);
    hypercalls = new KvmHypercalls(machine, message -> hardware().send(message));
    wallClock = new WallClock(machine.memory());
    systemTimes = new SystemTime[processors];
    stealTimes = new StealTime[processors];
    ends = new PvEoi[processors];
    for (int i = 0; i < processors; i++) {
      systemTimes[i] = new SystemTime(machine.memory());
      stealTimes[i] = new StealTime(machine.memory());
      int processor = i;
      ends[i] = new PvEoi(machine.memory(), () -> hardware().localApic(machine.cpu(processor)));
    }
  }

  @Override
  protected void hypervisorLeaf(Cpu cpu, int leaf, CpuidResult result) {
    if (leaf == FIRST_HYPERVISOR_LEAF) {
      // "KVMKVMKVM" and three zero bytes.
      result.set(FEATURES_LEAF, 0x4b4d_564b, 0x564b_4d56, 0x4d);
    } else if (leaf == FEATURES_LEAF) {
      result.set(KvmFeature.ALL, 0, 0, 0);
    }
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    return switch (msr) {
      case MSR_KVM_WALL_CLOCK, MSR_KVM_WALL_CLOCK_NEW -> wallClock.msr();
      case MSR_KVM_SYSTEM_TIME, MSR_KVM_SYSTEM_TIME_NEW -> systemTimes[cpu.id].msr();
      case MSR_KVM_STEAL_TIME -> stealTimes[cpu.id].msr();
      case MSR_KVM_PV_EOI_EN -> ends[cpu.id].msr();
      default -> super.readMsr(cpu, msr);
    };
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    switch (msr) {
      case MSR_KVM_WALL_CLOCK, MSR_KVM_WALL_CLOCK_NEW -> wallClock.write(value);
      case MSR_KVM_SYSTEM_TIME, MSR_KVM_SYSTEM_TIME_NEW ->
          systemTimes[cpu.id].write(value, cpu.msrs.timeStampCounter(), machine().nanos());
      case MSR_KVM_STEAL_TIME -> require(cpu, stealTimes[cpu.id].write(value));
      case MSR_KVM_PV_EOI_EN -> require(cpu, ends[cpu.id].write(value));
      default -> super.writeMsr(cpu, msr, value);
    }
  }

  private static void require(Cpu cpu, boolean accepted) {
    if (!accepted) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  @Override
  public void timeStampCounterAdjusted(Cpu cpu) {
    super.timeStampCounterAdjusted(cpu);
    systemTimes[cpu.id].update(cpu.msrs.timeStampCounter(), machine().nanos());
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return ends[cpu.id];
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    hypercalls.call(cpu);
    return true;
  }
}
