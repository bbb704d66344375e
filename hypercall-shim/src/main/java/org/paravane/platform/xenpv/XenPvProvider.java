package org.paravane.platform.xenpv;

import java.util.List;
import java.util.OptionalLong;
import org.paravane.boot.elf.XenNoteType;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImage;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.xen.FrameMap;
import org.paravane.boot.xen.PvDomain;
import org.paravane.boot.xen.PvKernel;
import org.paravane.boot.xen.XenPvBoot;
import org.paravane.core.clock.TimerQueue;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.EntryStates;
import org.paravane.platform.PlatformOption;
import org.paravane.platform.PlatformProvider;
import org.paravane.platform.PlatformRequest;
import org.paravane.platform.PreparedMachine;
import org.paravane.platform.xen.GrantTable;
import org.paravane.platform.xen.HypercallPage;
import org.paravane.platform.xen.XenDomain;

/** The platform {@code xen-pv}. */
public final class XenPvProvider implements PlatformProvider {
  private static final int STORE_PORT = 1;
  private static final int CONSOLE_PORT = 2;
  private static final String PERMUTED = "permuted";

  /** The order of the guest's machine frames. */
  private static final PlatformOption MACHINE_FRAMES =
      new PlatformOption(
          "xen-mfn",
          List.of("identity", PERMUTED),
          "Numbers of machine frames: those of the guest's pages, or in an order that the seed decides.");

  @Override
  public String name() {
    return "xen-pv";
  }

  @Override
  public String description() {
    return "Xen 4.17, PV guest: the kernel runs at CPL 3 on machine addresses, all else by hypercalls";
  }

  @Override
  public List<BootProtocol> protocols() {
    return List.of(BootProtocol.XEN_PV);
  }

  @Override
  public String consoleArgument() {
    return "console=hvc0";
  }

  @Override
  public List<PlatformOption> options() {
    return List.of(MACHINE_FRAMES);
  }

  private static FrameMap frameMap(PlatformRequest request) {
    int pages = Math.toIntExact(request.memoryBytes() / MachineFrames.PAGE);
    return request.option(MACHINE_FRAMES).equals(PERMUTED)
        ? FrameMap.permuted(pages, request.seed())
        : FrameMap.identity(pages);
  }

  @Override
  public PreparedMachine prepare(PlatformRequest request) {
    FrameMap map = frameMap(request);
    KernelImage image = request.kernel();
    ElfKernel kernel =
        image
            .elfKernel()
            .filter(elf -> accepts(image))
            .orElseThrow(() ->
                new BootException(
                    BootError.PROTOCOL_NOT_OFFERED,
                    "%s has no Xen PV entry; xen-pv needs one",
                    image.name()));
    PhysicalMemory memory =
        new PhysicalMemory(new GuestRam(MachineFrames.machineBytes(map.pages(), request.cpus())));
    Machine machine = new Machine(memory, new PortBus(), new TimerQueue(), request.machineTime());
    XenPvPlatform platform = new XenPvPlatform(machine, request.cpus());
    for (int i = 0; i < request.cpus(); i++) {
      machine.addProcessor(platform);
    }
    MachineFrames frames = new MachineFrames(memory, map);
    FrameTypes types =
        new FrameTypes(frames, () -> machine.cpus().forEach(cpu -> cpu.memory.flushAll()));
    long sharedInfo = types.share(frames.allocate());
    PvDomain building =
        new PvDomain(
            frames.guest(),
            sharedInfo,
            STORE_PORT,
            CONSOLE_PORT,
            MachineFrames.gdtAddress(0),
            DescriptorCalls.GDT_LIMIT);
    BootRequest boot =
        BootRequest.of(image).withModules(request.modules()).withCommandLine(request.commandLine());
    PvKernel built = XenPvBoot.place(kernel, boot, building, memory);
    writeHypercallPage(kernel, built, frames.guest(), memory);
    XenDomain.Pages rings =
        new XenDomain.Pages(
            sharedInfo,
            frames.guest().machineFrame(built.layout().storeFrame()) << 12,
            frames.guest().machineFrame(built.layout().consoleFrame()) << 12);
    types.begin(rings.store() >>> 12, FrameTypes.WRITABLE);
    types.begin(rings.console() >>> 12, FrameTypes.WRITABLE);
    GrantTable grants = new GrantTable(memory, index -> types.share(frames.allocate()));
    XenDomain domain =
        new XenDomain(machine, true, request.memoryBytes(), rings, grants, request.console());
    platform.attach(domain, frames, types);
    Cpu cpu = machine.cpu(0);
    EntryStates.apply(built.placed().entry(), cpu);
    cpu.cpl = 3;
    cpu.updateMode();
    cpu.debug.dr6(0xffff_0ff0L);
    platform.enter(built.placed().entry().cr3());
    return new PreparedMachine(
        machine, built.placed(), domain.console()::type, domain.hypercalls()::counters);
  }

  /** Fills the page that a kernel's note asks for; newer kernels have none. */
  private static void writeHypercallPage(
      ElfKernel kernel, PvKernel built, FrameMap frames, PhysicalMemory memory) {
    OptionalLong page = kernel.elf().notes().xenNumber(XenNoteType.HYPERCALL_PAGE);
    if (page.isPresent()) {
      long frame = page.getAsLong() - built.layout().virtualBase() >>> 12;
      if ((page.getAsLong() & MachineFrames.PAGE - 1) != 0 || frame >= frames.pages()) {
        throw new BootException(
            BootError.KERNEL_ADDRESS_CONFLICT,
            "the hypercall page at %#x lies outside the kernel's memory",
            page.getAsLong());
      }
      memory.write(
          frames.machineFrame(frame) << 12, HypercallPage.paravirtual(), 0, HypercallPage.BYTES);
    }
  }
}
