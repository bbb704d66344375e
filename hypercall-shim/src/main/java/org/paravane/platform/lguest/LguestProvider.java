package org.paravane.platform.lguest;

import java.util.List;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;

/** The platform {@code lguest}: takes 32-bit ELF kernels. */
public final class LguestProvider implements PlatformProvider {
  private static final long MOST_MEMORY_BYTES = 1L << 30;

  @Override
  public String name() {
    return "lguest";
  }

  @Override
  public String description() {
    return "lguest: a 32-bit kernel at ring 1, hypercalls by INT 1Fh, no hardware";
  }

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.LINUX);
  }

  @Override
  public String consoleArgument() {
    return "console=hvc0";
  }

  @Override
  public boolean accepts(KernelImage kernel) {
    return kernel.elfKernel().filter(elf -> !elf.elf().wide()).isPresent();
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    KernelImage image = request.kernel();
    if (!accepts(image)) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "%s is no 32-bit ELF kernel; lguest takes no other",
          image.name());
    }
    if (request.cpus() != 1) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED, "lguest has one processor, not %d", request.cpus());
    }
    if (request.memoryBytes() > MOST_MEMORY_BYTES) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "lguest has at most 1024 MiB of memory, not %d",
          request.memoryBytes() >> 20);
    }
    ElfKernel kernel = image.elfKernel().orElseThrow();
    HostPages pages = new HostPages(request.memoryBytes());
    PhysicalMemory memory = new PhysicalMemory(new GuestRam(pages.machineBytes()));
    Machine machine = new Machine(memory, new PortBus(), new TimerQueue(), request.machineTime());
    LguestPlatform platform = new LguestPlatform(machine, pages, request.console());
    PlacedKernel placed = LguestBoot.place(kernel, request, memory);
    platform.enter(machine.addProcessor(platform), placed.entry());
    return new PreparedMachine(machine, placed, value -> {});
  }
}
