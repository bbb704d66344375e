package org.paravane.platform.pc;

import java.util.List;
import java.util.function.BiFunction;
import org.paravane.boot.KernelLoader;
import org.paravane.boot.acpi.AcpiConfig;
import org.paravane.boot.acpi.AcpiTables;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.EntryStates;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;

/** Builds machines with PC hardware and puts kernels into them. */
public final class PcBuilder {
  /** The boot protocols that boot loaders on PCs speak, the one liked best first. */
  public static final List<BootProtocol> PROTOCOLS =
      List.of(
          BootProtocol.LINUX, BootProtocol.MULTIBOOT_2, BootProtocol.MULTIBOOT_1, BootProtocol.PVH);

  private PcBuilder() {}

  /**
   * Builds a machine and places the kernel.
   *
   * @param protocols boot protocols to enter it by, the first that it offers
   * @param platform makes the platform of a machine with so many processors
   */
  public static PreparedMachine build(
      PlatformRequest request,
      List<BootProtocol> protocols,
      BiFunction<Machine, Integer, PcPlatform> platform) {
    PhysicalMemory memory = new PhysicalMemory(new GuestRam(request.memoryBytes()));
    Machine machine = new Machine(memory, new PortBus(), new TimerQueue(), request.machineTime());
    PcPlatform pc = platform.apply(machine, request.cpus());
    PcHardware hardware = new PcHardware(machine, request.cpus(), request.console());
    pc.hardware(hardware);
    for (int i = 0; i < request.cpus(); i++) {
      Cpu cpu = machine.addProcessor(pc);
      hardware.addLocalApic(cpu, pc.signals(cpu));
    }
    AcpiTables acpi =
        AcpiTables.write(memory, AcpiTables.DEFAULT_ADDRESS, AcpiConfig.pc(request.cpus(), false));
    BootRequest boot =
        BootRequest.of(request.kernel())
            .withPath(request.path())
            .withModules(request.modules())
            .withCommandLine(request.commandLine())
            .withRsdpAddress(acpi.rsdpAddress())
            .withSeed(request.seed());
    for (BootProtocol protocol : protocols) {
      if (request.kernel().protocols().contains(protocol)) {
        boot = boot.withProtocol(protocol);
        break;
      }
    }
    PlacedKernel placed = KernelLoader.place(boot, memory);
    Cpu bootstrap = machine.cpu(0);
    EntryStates.apply(placed.entry(), bootstrap);
    return new PreparedMachine(machine, placed, hardware::type);
  }
}
