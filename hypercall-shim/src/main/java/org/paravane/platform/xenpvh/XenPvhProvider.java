package org.paravane.platform.xenpvh;

import java.util.List;
import java.util.stream.IntStream;
import org.paravane.boot.KernelLoader;
import org.paravane.boot.acpi.AcpiConfig;
import org.paravane.boot.acpi.AcpiTables;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.MemoryRegion;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.EntryStates;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.xen.GrantTable;
import org.paravane.platform.xen.GuestMemoryMap;
import org.paravane.platform.xen.XenDomain;

/** The platform {@code xen-pvh}. */
public final class XenPvhProvider implements PlatformProvider {
  @Override
  public String name() {
    return "xen-pvh";
  }

  @Override
  public String description() {
    return "Xen 4.17, PVH guest: hardware paging, hypercalls, event channels, no legacy devices";
  }

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.PVH);
  }

  @Override
  public String consoleArgument() {
    return "console=hvc0";
  }

  private static GuestMemoryMap memoryMap(List<MemoryRegion> regions) {
    return new GuestMemoryMap(
        regions.stream()
            .map(region ->
                new GuestMemoryMap.Entry(region.start(), region.length(), region.type().number()))
            .toList());
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    KernelImage kernel = request.kernel();
    if (!accepts(kernel)) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED, "%s has no PVH entry; xen-pvh needs one", kernel.name());
    }
    PhysicalMemory memory = new PhysicalMemory(new GuestRam(request.memoryBytes()));
    Machine machine = new Machine(memory, new PortBus(), new TimerQueue(), request.machineTime());
    XenPvhPlatform platform = new XenPvhPlatform(machine, request.cpus());
    SpecialPages special = new SpecialPages(memory);
    PvhHardware hardware = new PvhHardware(machine);
    for (int i = 0; i < request.cpus(); i++) {
      hardware.addLocalApic(machine.addProcessor(platform));
    }
    AcpiConfig tables =
        AcpiConfig.withoutPowerOff(
            IntStream.range(0, request.cpus()).map(PvhHardware::apicId).boxed().toList());
    AcpiTables acpi = AcpiTables.write(memory, AcpiTables.DEFAULT_ADDRESS, tables);
    BootRequest boot =
        BootRequest.of(kernel)
            .withProtocol(BootProtocol.PVH)
            .withPath(request.path())
            .withModules(request.modules())
            .withCommandLine(request.commandLine())
            .withRsdpAddress(acpi.rsdpAddress())
            .withReserved(
                List.of(
                    new MemoryRegion(
                        SpecialPages.START, SpecialPages.LENGTH, MemoryRegion.Type.RESERVED)))
            .withSeed(request.seed());
    PlacedKernel placed = KernelLoader.place(boot, memory);
    XenDomain domain =
        new XenDomain(
            machine,
            false,
            memory.sizeBytes(),
            special.pages(),
            new GrantTable(memory, special::grantFrame),
            request.console());
    PvhMemory physmap =
        new PvhMemory(machine, domain, memoryMap(boot.memoryMap(memory.sizeBytes()).regions()));
    domain.initialiser(HvmContext::initialise);
    platform.attach(
        hardware, domain, physmap, new HvmParameters(machine, domain, physmap, special.pages()));
    EntryStates.apply(placed.entry(), machine.cpu(0));
    return new PreparedMachine(
        machine, placed, domain.console()::type, domain.hypercalls()::counters);
  }
}
