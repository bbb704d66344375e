package org.paravane.platform.hyperv;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.platform.pc.HypervisorPlatform;
import org.paravane.platform.pc.ProcessorIdentity;

/** A PC with Hyper-V's CPUID leaves, synthetic registers and hypercalls. */
final class HypervPlatform extends HypervisorPlatform {
  private static final long PAGE_ENABLED = 1;
  private static final long PAGE_BYTES = 4096;

  private final HypercallPage hypercallPage;
  private final HypervHypercalls hypercalls;
  private final ReferenceTime time;
  private final CrashReport crash;
  private final long[] assistPages;
  private final Synic[] synics;

  HypervPlatform(Machine machine, int processors) {
    super(machine, processors, false);
    hypercallPage = new HypercallPage(machine.memory());
    hypercalls = new HypervHypercalls(machine, message -> hardware().send(message));
    time = new ReferenceTime(machine);
    crash = new CrashReport(machine);
    assistPages = new long[processors];
    synics = new Synic[processors];
    for (int i = 0; i < processors; i++) {
      int processor = i;
      synics[i] = new Synic(machine, time, () -> hardware().localApic(machine.cpu(processor)), message -> hardware().send(message));
    }
  }

  @Override
  protected void hypervisorLeaf(Cpu cpu, int leaf, CpuidResult result) {
    HypervLeaves.answer(leaf, result);
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    return switch (msr) {
      case HypervMsr.GUEST_OS_ID -> hypercallPage.guestOsId();
      case HypervMsr.HYPERCALL -> hypercallPage.msr();
      case HypervMsr.VP_INDEX -> cpu.id;
      case HypervMsr.RESET -> 0;
      case HypervMsr.TIME_REF_COUNT -> time.now();
      case HypervMsr.REFERENCE_TSC -> time.msr();
      case HypervMsr.TSC_FREQUENCY -> ProcessorIdentity.TSC_HZ;
      case HypervMsr.APIC_FREQUENCY -> ProcessorIdentity.CRYSTAL_HZ;
      case HypervMsr.ICR -> apic(cpu).interruptCommand();
      case HypervMsr.TPR -> apic(cpu).taskPriority();
      case HypervMsr.VP_ASSIST_PAGE -> assistPages[cpu.id];
      case HypervMsr.CRASH_CTL -> CrashReport.CAPABILITIES;
      default -> {
        if (msr >= HypervMsr.CRASH_P0 && msr <= HypervMsr.CRASH_P4) {
          yield crash.parameter(msr - HypervMsr.CRASH_P0);
        }
        if (HypervMsr.ofSynic(msr) && msr != HypervMsr.EOM) {
          yield synics[cpu.id].read(msr);
        }
        yield super.readMsr(cpu, msr);
      }
    };
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    switch (msr) {
      case HypervMsr.GUEST_OS_ID -> hypercallPage.guestOsId(value);
      case HypervMsr.HYPERCALL -> require(cpu, hypercallPage.write(value));
      case HypervMsr.RESET -> {
        if ((value & 1) != 0) {
          machine().exit(new ExitReason.Reset("Hyper-V reset register"));
        }
      }
      case HypervMsr.REFERENCE_TSC -> time.write(value);
      case HypervMsr.EOI -> apic(cpu).endOfInterrupt();
      case HypervMsr.ICR -> apic(cpu).interruptCommand(value);
      case HypervMsr.TPR -> {
        require(cpu, value >>> 8 == 0);
        apic(cpu).taskPriority((int) value);
      }
      case HypervMsr.VP_ASSIST_PAGE -> writeAssistPage(cpu, value);
      case HypervMsr.CRASH_CTL -> crash.control(value);
      default -> {
        if (msr >= HypervMsr.CRASH_P0 && msr <= HypervMsr.CRASH_P4) {
          crash.parameter(msr - HypervMsr.CRASH_P0, value);
        } else if (HypervMsr.ofSynic(msr)) {
          require(cpu, synics[cpu.id].write(msr, value));
        } else {
          super.writeMsr(cpu, msr, value);
        }
      }
    }
  }

  private LocalApic apic(Cpu cpu) {
    return hardware().localApic(cpu);
  }

  /** Of the page, only the field that could spare the guest an EOI is the hypervisor's; it stays 0, "write EOI". */
  private void writeAssistPage(Cpu cpu, long value) {
    long page = value & -PAGE_BYTES;
    if ((value & PAGE_ENABLED) != 0) {
      require(cpu, machine().memory().contains(page, PAGE_BYTES));
      machine().memory().put32(page, 0);
    }
    assistPages[cpu.id] = value;
  }

  private static void require(Cpu cpu, boolean accepted) {
    if (!accepted) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  @Override
  public void timeStampCounterAdjusted(Cpu cpu) {
    super.timeStampCounterAdjusted(cpu);
    time.update();
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return synics[cpu.id];
  }

  @Override
  public boolean hypercall(Cpu cpu, boolean vmmcall) {
    return hypercallPage.enabled() && hypercalls.call(cpu);
  }
}
