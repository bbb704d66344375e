package org.paravane.boot.linux;

import java.util.Map;
import java.util.Optional;
import org.paravane.boot.entry.EntryState;
import org.paravane.boot.entry.FlatGdt;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.IdentityPageTables;
import org.paravane.boot.entry.SegmentState;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.BzImage;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.SetupHeader;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootPath;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.CommandLine;
import org.paravane.boot.placement.ElfPlacement;
import org.paravane.boot.placement.PhysicalLayout;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;

/** Prepares one boot by the Linux protocol. */
public final class LinuxBoot {
  private static final long BZIMAGE_ADDRESS = 0x100000;
  private static final long INITRD_LIMIT_ELF64 = 0x7fff_ffffL;

  /** 32-bit kernels map no more than this of low memory at first. */
  private static final long INITRD_LIMIT_ELF32 = 0x37ff_ffffL;

  private static final int COMMAND_LINE_LIMIT_ELF = 2047;

  /** A kernel without init_size needs, from its load address, so many times its compressed size at most. */
  private static final int UNPACKED_RATIO = 5;

  private final BootRequest request;
  private final GuestMemory memory;
  private final PhysicalLayout layout;

  private LinuxBoot(BootRequest request, GuestMemory memory) {
    this.request = request;
    this.memory = memory;
    this.layout = new PhysicalLayout(request.memoryMap(memory.sizeBytes()));
  }

  /**
   * Places a bzImage and writes all that goes with it.
   *
   * @throws org.paravane.boot.format.ImageException if its payload is needed and damaged
   * @throws BootException if it can't be booted as asked
   */
  public static PlacedKernel place(BzImage image, BootRequest request, GuestMemory memory) {
    LinuxBoot boot = new LinuxBoot(request, memory);
    if (request.path() != BootPath.DIRECT) {
      return boot.placeBzImage(image, request.path() == BootPath.BZIMAGE64, Optional.empty());
    }
    return switch (image.payload()) {
      case BzImage.Payload.Unpacked unpacked -> boot.placePayload(image, unpacked.kernel());
      case BzImage.Payload.Unavailable unavailable ->
          boot.placeBzImage(
              image, image.header().has64BitEntry(), Optional.of(unavailable.reason()));
    };
  }

  /**
   * Places a bare ELF kernel and writes all that goes with it.
   *
   * @throws org.paravane.boot.format.ImageException if its entry lies in no segment
   * @throws BootException if it can't be booted as asked
   */
  public static PlacedKernel place(ElfKernel kernel, BootRequest request, GuestMemory memory) {
    LinuxBoot boot = new LinuxBoot(request, memory);
    long initrdMax = kernel.elf().wide() ? INITRD_LIMIT_ELF64 : INITRD_LIMIT_ELF32;
    ZeroPage page =
        ZeroPage.forElf(initrdMax, COMMAND_LINE_LIMIT_ELF).setupData(LowMemory.SETUP_DATA);
    page.hardwareSubarch(request.hardwareSubarch());
    return boot.placeElf(kernel, page, initrdMax, COMMAND_LINE_LIMIT_ELF);
  }

  private PlacedKernel placePayload(BzImage image, ElfKernel kernel) {
    return placeElf(
        kernel,
        headerPage(image),
        image.header().initrdAddressMax(),
        image.header().commandLineSize());
  }

  private PlacedKernel placeElf(
      ElfKernel kernel, ZeroPage page, long initrdMax, long commandLineLimit) {
    long entry = kernel.physicalEntry();
    byte[] commandLine = claimLowMemory(commandLineLimit);
    ElfPlacement.place(kernel.elf(), layout, memory);
    writeParameters(page, commandLine, initrdMax);
    String route = "ELF entry %#x".formatted(entry);
    return placed(
        kernel.elf().wide() ? long64(entry) : protected32(entry), route, Optional.empty());
  }

  private PlacedKernel placeBzImage(BzImage image, boolean wide, Optional<String> fallbackReason) {
    SetupHeader header = image.header();
    if (wide && !header.has64BitEntry()) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "%s has no 64-bit entry (boot protocol %s); use its 32-bit entry",
          image.name(),
          header.versionText());
    }
    byte[] commandLine = claimLowMemory(header.commandLineSize());
    ImageBytes part = image.protectedModePart();
    layout.claim("kernel", BZIMAGE_ADDRESS, runtimeEnd(header, part.length()) - BZIMAGE_ADDRESS);
    memory.write(BZIMAGE_ADDRESS, part.array(), part.arrayOffset(), part.length());
    writeParameters(
        headerPage(image).code32Start(BZIMAGE_ADDRESS), commandLine, header.initrdAddressMax());
    long entry = wide ? BZIMAGE_ADDRESS + BzImage.ENTRY_64_OFFSET : BZIMAGE_ADDRESS;
    String route = "bzImage %s-bit entry %#x".formatted(wide ? "64" : "32", entry);
    return placed(wide ? long64(entry) : protected32(entry), route, fallbackReason);
  }

  /** The first address behind all that the kernel overwrites while it unpacks itself. */
  private static long runtimeEnd(SetupHeader header, long imageBytes) {
    long runtimeStart = BZIMAGE_ADDRESS;
    if (header.relocatable()) {
      runtimeStart = BZIMAGE_ADDRESS + header.kernelAlignment() - 1 & -header.kernelAlignment();
    }
    runtimeStart = Math.max(runtimeStart, header.preferredAddress());
    long runtimeBytes = header.initSize() == 0 ? UNPACKED_RATIO * imageBytes : header.initSize();
    return Math.max(BZIMAGE_ADDRESS + imageBytes, runtimeStart + runtimeBytes);
  }

  private ZeroPage headerPage(BzImage image) {
    ZeroPage page = ZeroPage.of(image.file(), image.header());
    if (image.header().version() >= SetupHeader.VERSION_SUBARCH) {
      page.hardwareSubarch(request.hardwareSubarch());
    }
    if (image.header().version() >= SetupHeader.VERSION_SETUP_DATA) {
      page.setupData(LowMemory.SETUP_DATA);
    }
    return page;
  }

  private byte[] claimLowMemory(long commandLineLimit) {
    long limit = Math.min(commandLineLimit, LowMemory.COMMAND_LINE_BYTES - 1);
    byte[] commandLine = CommandLine.encode(request.commandLine(), limit);
    LowMemory.claim(layout, commandLine.length);
    return commandLine;
  }

  private void writeParameters(ZeroPage page, byte[] commandLine, long initrdMax) {
    CommandLine.write(commandLine, LowMemory.COMMAND_LINE, memory);
    SetupData.write(memory, LowMemory.SETUP_DATA, request.seed());
    placeInitrd(initrdMax).ifPresent(page::initrd);
    page.commandLine(LowMemory.COMMAND_LINE)
        .acpiRsdp(request.rsdpAddress())
        .memoryMap(layout.map());
    page.write(memory, LowMemory.ZERO_PAGE);
  }

  private Optional<PlacedRange> placeInitrd(long initrdMax) {
    if (request.modules().size() > 1) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "Linux takes one initrd but %d files were given; concatenate them",
          request.modules().size());
    }
    if (request.modules().isEmpty() || request.modules().getFirst().contents().length == 0) {
      return Optional.empty();
    }
    byte[] contents = request.modules().getFirst().contents();
    PlacedRange range =
        layout
            .allocateHigh("initrd", contents.length, 4096, initrdMax + 1)
            .orElseThrow(() ->
                new BootException(
                    BootError.INITRD_TOO_LARGE,
                    "the initrd of %d KiB does not fit below %#x beside the kernel in %d MiB of memory; "
                        + "give the machine more memory",
                    contents.length >> 10,
                    initrdMax + 1,
                    memory.sizeBytes() >> 20));
    memory.write(range.start(), contents, 0, contents.length);
    return Optional.of(range);
  }

  private EntryState long64(long entry) {
    FlatGdt gdt = FlatGdt.write(memory, LowMemory.GDT, SegmentState.CODE_64);
    long root = IdentityPageTables.write(memory, LowMemory.PAGE_TABLES);
    return EntryState.long64(entry, gdt, root, Map.of(GeneralRegister.RSI, LowMemory.ZERO_PAGE));
  }

  private EntryState protected32(long entry) {
    FlatGdt gdt = FlatGdt.write(memory, LowMemory.GDT, SegmentState.CODE_32);
    return EntryState.protected32(entry, gdt, Map.of(GeneralRegister.RSI, LowMemory.ZERO_PAGE));
  }

  private PlacedKernel placed(EntryState entry, String route, Optional<String> fallbackReason) {
    return new PlacedKernel(entry, BootProtocol.LINUX, route, fallbackReason, layout.placed());
  }
}
