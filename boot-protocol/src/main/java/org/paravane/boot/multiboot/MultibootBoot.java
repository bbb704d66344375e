package org.paravane.boot.multiboot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.paravane.boot.bios.BiosArea;
import org.paravane.boot.entry.EntryState;
import org.paravane.boot.entry.FlatGdt;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.SegmentState;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.LoadAddresses;
import org.paravane.boot.image.Multiboot1Header;
import org.paravane.boot.image.Multiboot2Header;
import org.paravane.boot.image.MultibootImage;
import org.paravane.boot.placement.Blob;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootModule;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.CommandLine;
import org.paravane.boot.placement.ElfPlacement;
import org.paravane.boot.placement.PhysicalLayout;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;

/** Prepares one boot by multiboot 1 or 2. */
public final class MultibootBoot {
  private static final long GDT = 0x6000;
  private static final long INFORMATION = 0x10000;
  private static final long MODULE_FLOOR = 0x100000;
  private static final long FOUR_GIB = 1L << 32;
  private static final long MAGIC_1 = 0x2badb002L;
  private static final long MAGIC_2 = 0x36d76289L;
  private static final int COMMAND_LINE_LIMIT = 0x10000;

  /** Kernels expect their file's name as the first word; a fixed one keeps the host's paths out of the guest. */
  private static final String KERNEL_WORD = "kernel";

  private final MultibootImage image;
  private final BootRequest request;
  private final GuestMemory memory;
  private final PhysicalLayout layout;

  private MultibootBoot(MultibootImage image, BootRequest request, GuestMemory memory) {
    this.image = image;
    this.request = request;
    this.memory = memory;
    this.layout = new PhysicalLayout(request.memoryMap(memory.sizeBytes()));
  }

  /**
   * Places an image and its modules and writes the information structure.
   *
   * @param protocol multiboot 1 or 2; the image must offer it
   * @throws BootException if it can't be booted as asked
   * @throws org.paravane.boot.format.ImageException if its entry lies in no segment
   */
  public static PlacedKernel place(
      MultibootImage image, BootProtocol protocol, BootRequest request, GuestMemory memory) {
    return new MultibootBoot(image, request, memory).place(protocol == BootProtocol.MULTIBOOT_2);
  }

  private PlacedKernel place(boolean second) {
    // The sections on the machine's state: what they don't name is as the BIOS left it.
    BiosArea.write(layout, memory);
    layout.claim("descriptor table", GDT, FlatGdt.BYTES);
    Optional<LoadAddresses> addresses =
        second
            ? image.header2().flatMap(Multiboot2Header::addresses)
            : image.header1().flatMap(Multiboot1Header::addresses);
    PlacedRange kernel = addresses.map(this::placeFlat).orElseGet(this::placeElf);
    List<PlacedRange> modules = placeModules(kernel.end());
    byte[] encoded = CommandLine.encode(request.commandLine(), COMMAND_LINE_LIMIT);
    String line = encoded.length == 1 ? KERNEL_WORD : KERNEL_WORD + " " + request.commandLine();
    Blob information =
        second
            ? Information2.of(
                INFORMATION, line, request, modules, layout.map(), kernel.start(), memory)
            : Information1.of(INFORMATION, line, request, modules, layout.map());
    if (second) {
      checkRequests(image.header2().orElseThrow());
    }
    information.place("multiboot information", layout, memory);
    long entry = entry(second, addresses);
    FlatGdt gdt = FlatGdt.write(memory, GDT, SegmentState.CODE_32);
    EntryState state =
        EntryState.protected32(
            entry,
            gdt,
            Map.of(
                GeneralRegister.RAX, second ? MAGIC_2 : MAGIC_1, GeneralRegister.RBX, INFORMATION));
    return new PlacedKernel(
        state,
        second ? BootProtocol.MULTIBOOT_2 : BootProtocol.MULTIBOOT_1,
        "multiboot %d entry %#x".formatted(second ? 2 : 1, entry),
        Optional.empty(),
        layout.placed());
  }

  private long entry(boolean second, Optional<LoadAddresses> addresses) {
    if (addresses.isPresent()) {
      return addresses.get().entry();
    }
    if (second && image.header2().isPresent() && image.header2().get().entry().isPresent()) {
      return image.header2().get().entry().getAsLong();
    }
    return elf().physicalEntry();
  }

  private ElfKernel elf() {
    return image
        .kernel()
        .orElseThrow(() ->
            image
                .file()
                .fault(
                    ImageError.IMAGE_MALFORMED,
                    0,
                    "the multiboot header gives no addresses and this is no ELF"));
  }

  private PlacedRange placeFlat(LoadAddresses addresses) {
    PlacedRange range = layout.claim("kernel", addresses.loadAddress(), addresses.memoryBytes());
    int from = image.file().arrayOffset() + (int) addresses.fileOffset();
    int fileBytes = (int) addresses.fileBytes();
    memory.write(range.start(), image.file().array(), from, fileBytes);
    memory.zero(range.start() + fileBytes, range.length() - fileBytes);
    return range;
  }

  private PlacedRange placeElf() {
    ElfKernel kernel = elf();
    ElfPlacement.place(kernel.elf(), layout, memory);
    long start = kernel.elf().physicalStart();
    return new PlacedRange("kernel", start, kernel.elf().physicalEnd() - start);
  }

  /** Puts modules one behind the other above the kernel, each on a page of its own. */
  private List<PlacedRange> placeModules(long kernelEnd) {
    List<PlacedRange> placed = new ArrayList<>();
    long floor = Math.max(MODULE_FLOOR, kernelEnd);
    for (int i = 0; i < request.modules().size(); i++) {
      BootModule module = request.modules().get(i);
      byte[] contents = module.contents();
      int number = i;
      PlacedRange range =
          layout
              .allocateLow("module " + i, contents.length, floor, FOUR_GIB)
              .orElseThrow(() ->
                  new BootException(
                      BootError.INITRD_TOO_LARGE,
                      "module %d of %d KiB does not fit above the kernel in %d MiB of memory; "
                          + "give the machine more memory",
                      number,
                      contents.length >> 10,
                      memory.sizeBytes() >> 20));
      memory.write(range.start(), contents, 0, contents.length);
      placed.add(range);
    }
    return placed;
  }

  private void checkRequests(Multiboot2Header header) {
    for (int tag : header.requestedTags()) {
      if (!Information2.provides(tag, request)) {
        throw new BootException(
            BootError.PROTOCOL_NOT_OFFERED,
            "%s requires multiboot 2 information of type %d, which this machine does not have",
            image.name(),
            tag);
      }
    }
  }
}
