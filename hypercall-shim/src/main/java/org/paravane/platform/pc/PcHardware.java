package org.paravane.platform.pc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.paravane.core.clock.Clock;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.ProcessorSignals;
import org.paravane.core.device.debug.DebugConsole;
import org.paravane.core.device.debug.DebugExit;
import org.paravane.core.device.debug.PostCode;
import org.paravane.core.device.interrupt.ApicBus;
import org.paravane.core.device.interrupt.InterruptMessage;
import org.paravane.core.device.interrupt.IoApic;
import org.paravane.core.device.interrupt.IsaInterrupts;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.device.interrupt.Pic8259Pair;
import org.paravane.core.device.pci.PciHost;
import org.paravane.core.device.power.AcpiPowerManagement;
import org.paravane.core.device.power.I8042;
import org.paravane.core.device.power.ResetControl;
import org.paravane.core.device.power.SystemControlPortA;
import org.paravane.core.device.serial.Uart16550;
import org.paravane.core.device.timer.CmosRtc;
import org.paravane.core.device.timer.Pit8254;
import org.paravane.core.device.timer.SystemControlPortB;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.InterruptLine;
import org.paravane.core.io.MmioDevice;
import org.paravane.core.io.PortBus;

/**
 * The devices of a PC around one machine: two 8259s, 8254, CMOS clock, local APICs and an I/O APIC, COM1, 8042, PCI with an
 * empty bus, ACPI power management, reset and debug ports.
 */
public final class PcHardware {
  private static final long APIC_PAGE_BYTES = 0x1000;

  /** 2026-01-01 00:00:00 UTC: what the CMOS clock shows at the start, so that runs are repeatable. */
  public static final long START_EPOCH_SECONDS = 1_767_225_600L;

  private final Machine machine;
  private final ApicBus apicBus = new ApicBus();
  private final List<LocalApic> localApics = new ArrayList<>();
  private long mappedAt = -1;
  private final Pic8259Pair pic;
  private final IoApic ioApic;
  private final Uart16550 serial;

  /**
   * Puts the devices into a machine.
   *
   * @param processors how many processors will be added; the I/O APIC gets the APIC id behind theirs
   * @param console gets each byte that the guest sends through COM1, 0 to 255
   */
  public PcHardware(Machine machine, int processors, IntConsumer console) {
    this.machine = machine;
    PortBus ports = machine.ports();
    Clock clock = machine.clock();
    ioApic = new IoApic(processors, apicBus);
    pic = new Pic8259Pair(this::externalInterrupt);
    IsaInterrupts isa = new IsaInterrupts(pic, ioApic);
    machine.memory().register(IoApic.DEFAULT_BASE_GPA, APIC_PAGE_BYTES, ioApic);
    pic.attach(ports);
    Pit8254 pit = new Pit8254(clock, machine.timers(), isa.line(0));
    pit.attach(ports);
    new SystemControlPortB(clock, pit).attach(ports);
    CmosRtc rtc = new CmosRtc(clock, machine.timers(), START_EPOCH_SECONDS, isa.line(8));
    rtc.memorySize(machine.memory().lowBytes(), machine.memory().highBytes());
    rtc.attach(ports);
    serial =
        new Uart16550(clock, machine.timers(), isa.line(4), value -> console.accept(value & 0xff));
    serial.attach(ports, Uart16550.COM1);
    new I8042(isa.line(1), isa.line(12), machine).attach(ports);
    new SystemControlPortA(machine).attach(ports);
    new AcpiPowerManagement(clock, machine.timers(), isa.line(9), machine).attach(ports);
    new ResetControl(machine).attach(ports);
    new PciHost().attach(ports);
    new DebugExit(machine).attach(ports);
    new DebugConsole(value -> console.accept(value & 0xff)).attach(ports);
    new PostCode().attach(ports);
  }

  /**
   * Gives a processor its local APIC; the first is the bootstrap processor.
   *
   * @param signals what the local APIC drives
   */
  public void addLocalApic(Cpu cpu, ProcessorSignals signals) {
    boolean bootstrap = localApics.isEmpty();
    LocalApic apic =
        new LocalApic(
            cpu.id,
            bootstrap,
            machine.clock(),
            machine.timers(),
            ProcessorIdentity.CRYSTAL_HZ,
            ProcessorIdentity.TSC_HZ,
            apicBus,
            signals,
            pic);
    localApics.add(apic);
    if (bootstrap) {
      apic.presetVirtualWire();
    }
    apic.onModeChange(this::mapLocalApics);
    mapLocalApics();
  }

  /** The local APIC of a processor. */
  public LocalApic localApic(Cpu cpu) {
    return localApics.get(cpu.id);
  }

  /** What a processor takes its interrupts from. */
  public InterruptController interruptController(Cpu cpu) {
    return localApics.get(cpu.id);
  }

  /** Sends an interrupt message as the devices do. Returns whether a local APIC accepted it. */
  public boolean send(InterruptMessage message) {
    return apicBus.send(message);
  }

  /** Makes an edge on an ISA interrupt, 0 to 15 without 2, beside whatever its devices do: a hypervisor's own. */
  public void edge(int irq) {
    edge(pic.input(irq));
    edge(ioApic.input(IsaInterrupts.ioApicPin(irq)));
  }

  private static void edge(InterruptLine input) {
    input.set(false);
    input.set(true);
  }

  /** What users type arrives at COM1. */
  public void type(byte value) {
    serial.receive(value);
  }

  private void externalInterrupt(boolean asserted) {
    for (LocalApic apic : localApics) {
      apic.lint0(asserted);
    }
  }

  /** Puts the register page where the bootstrap processor's APIC has it: a processor reaches its own there. */
  private void mapLocalApics() {
    if (mappedAt >= 0) {
      machine.memory().unregister(mappedAt);
      mappedAt = -1;
    }
    LocalApic bootstrap = localApics.getFirst();
    if (bootstrap.memoryMapped()) {
      mappedAt = bootstrap.baseGpa();
      machine.memory().register(mappedAt, APIC_PAGE_BYTES, new OwnLocalApic());
    }
    for (Cpu cpu : machine.cpus()) {
      cpu.memory.flushAll();
    }
  }

  private final class OwnLocalApic implements MmioDevice {
    @Override
    public long read(long offset, int sizeBytes) {
      return localApic(machine.current()).read(offset, sizeBytes);
    }

    @Override
    public void write(long offset, int sizeBytes, long value) {
      localApic(machine.current()).write(offset, sizeBytes, value);
    }
  }
}
