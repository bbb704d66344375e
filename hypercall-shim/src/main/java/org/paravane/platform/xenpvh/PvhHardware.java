package org.paravane.platform.xenpvh;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.ProcessorSignals;
import org.paravane.core.device.interrupt.ApicBus;
import org.paravane.core.device.interrupt.DeliveryMode;
import org.paravane.core.device.interrupt.InterruptMessage;
import org.paravane.core.device.interrupt.LocalApic;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.MmioDevice;
import org.paravane.platform.pc.ProcessorIdentity;
import org.paravane.platform.xen.XenDomain;

/** What hardware a PVH guest has: local APICs. */
final class PvhHardware {
  private static final long APIC_PAGE_BYTES = 0x1000;

  /** What an APIC answers when an 8259 that is not there is asked for its vector. */
  private static final int SPURIOUS_VECTOR = 0xff;

  private final Machine machine;
  private final ApicBus bus = new ApicBus();
  private final List<LocalApic> localApics = new ArrayList<>();
  private XenDomain domain;
  private long mappedAt = -1;

  PvhHardware(Machine machine) {
    this.machine = machine;
  }

  /** The APIC id of a processor: the even ones, as if the odd ones were the other halves of cores. */
  static int apicId(int processor) {
    return 2 * processor;
  }

  /** Gives a processor its local APIC; the first is the bootstrap processor. */
  void addLocalApic(Cpu cpu) {
    LocalApic apic =
        new LocalApic(
            apicId(cpu.id),
            localApics.isEmpty(),
            machine.clock(),
            machine.timers(),
            ProcessorIdentity.CRYSTAL_HZ,
            ProcessorIdentity.TSC_HZ,
            bus,
            new Signals(cpu),
            () -> SPURIOUS_VECTOR);
    localApics.add(apic);
    apic.onModeChange(this::map);
    map();
  }

  LocalApic localApic(Cpu cpu) {
    return localApics.get(cpu.id);
  }

  /** Sends a processor's local APIC an edge-triggered interrupt; false if that APIC takes none. */
  boolean raise(Cpu cpu, int vector) {
    return bus.send(
        new InterruptMessage(localApic(cpu).id(), false, DeliveryMode.FIXED, vector, false));
  }

  /** Names the domain, which hears of processors that INIT stops and start-up IPIs start; before the first instruction. */
  void attach(XenDomain newDomain) {
    domain = newDomain;
  }

  /** Puts the register page where the bootstrap processor's APIC has it: a processor reaches its own there. */
  private void map() {
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

  /** What a local APIC tells its processor, for Xen to keep account of. @abi xen/arch/x86/hvm/vlapic.c */
  private final class Signals implements ProcessorSignals {
    private final Cpu cpu;

    Signals(Cpu cpu) {
      this.cpu = cpu;
    }

    @Override
    public void interruptRequested() {
      cpu.events.interruptRequested();
      domain.processor(cpu.id).kick();
    }

    @Override
    public void nmi() {
      cpu.events.nmi();
      domain.processor(cpu.id).kick();
    }

    @Override
    public void init() {
      cpu.events.init();
      domain.processor(cpu.id).signalled();
      domain.offline("INIT took its last processor off");
    }

    @Override
    public void startup(int vector) {
      boolean waits = !domain.processor(cpu.id).initialised();
      cpu.events.startup(vector);
      if (waits) {
        domain.processor(cpu.id).signalled();
      }
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
