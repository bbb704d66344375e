package org.paravane.platform.pc;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;
import org.paravane.core.cpu.ProcessorSignals;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.execution.Machine;

/**
 * A PC as its processors see it: the processor's own CPUID leaves and model-specific registers, local APICs, and a
 * time-stamp counter of {@link ProcessorIdentity#TSC_HZ}. Hypervisors that look like a PC with additions build on it.
 */
public class PcPlatform implements Platform {
  private final Machine machine;
  private final int processors;
  private final ProcessorMsrs msrs;
  private PcHardware hardware;

  /** Describes a machine of so many processors. */
  public PcPlatform(Machine machine, int processors) {
    this.machine = machine;
    this.processors = processors;
    msrs = ProcessorMsrs.ofPc(processors);
  }

  /** Names the devices; before the first instruction. */
  public void hardware(PcHardware value) {
    hardware = value;
  }

  /** What a processor's local APIC is to drive; asked once a processor, in the order of their ids. */
  public ProcessorSignals signals(Cpu cpu) {
    return cpu.events;
  }

  /** The machine. */
  protected Machine machine() {
    return machine;
  }

  /** The devices. */
  protected PcHardware hardware() {
    return hardware;
  }

  @Override
  public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
    ProcessorIdentity.cpuid(
        leaf, subleaf, cpu.id, processors, hardware.localApic(cpu).hardwareEnabled(), result);
  }

  @Override
  public long readMsr(Cpu cpu, int msr) {
    LocalApic apic = hardware.localApic(cpu);
    return apic.msrReadable(msr) ? apic.readMsr(msr) : msrs.read(cpu, msr);
  }

  @Override
  public void writeMsr(Cpu cpu, int msr, long value) {
    if (!hardware.localApic(cpu).writeMsr(msr, value)) {
      msrs.write(cpu, msr, value);
    }
  }

  @Override
  public long timeStampCounter(Cpu cpu) {
    return machine.nanos();
  }

  @Override
  public void timeStampCounterAdjusted(Cpu cpu) {
    hardware.localApic(cpu).tscOffset(cpu.msrs.tscAdjust);
  }

  @Override
  public InterruptController interruptController(Cpu cpu) {
    return hardware.interruptController(cpu);
  }
}
