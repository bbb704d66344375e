package org.paravane.platform.lguest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.paravane.boot.entry.DescriptorTable;
import org.paravane.boot.entry.EntryState;
import org.paravane.boot.entry.ExecutionMode;
import org.paravane.boot.entry.SegmentRegister;
import org.paravane.boot.entry.SegmentState;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.CommandLine;
import org.paravane.boot.placement.ElfPlacement;
import org.paravane.boot.placement.MemoryMap;
import org.paravane.boot.placement.PhysicalLayout;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;
import org.paravane.platform.PlatformRequest;

/**
 * What lguest's launcher does: the kernel at its physical addresses, boot parameters at 0, the command line behind them.
 *
 * <pre>
 * boot_params: 1e8 e820_entries   206 version   210 type_of_loader   211 loadflags   218 ramdisk_image   21c ramdisk_size
 *              228 cmd_line_ptr   230 kernel_alignment   23c hardware_subarch   2d0 e820_table
 * </pre>
 */
final class LguestBoot {
  private static final int COMMAND_LINE = 0x1000;
  private static final int COMMAND_LINE_LIMIT = 2047;
  private static final int HARDWARE_SUBARCH_LGUEST = 1;
  private static final int KEEP_SEGMENTS = 1 << 6;
  private static final int CR0 = 0x8005_0033;
  private static final int CR4_OSFXSR_OSXMMEXCPT = 0x600;
  private static final int RFLAGS = 0x202;
  private static final int KERNEL_CODE = 0x61;
  private static final int KERNEL_DATA = 0x69;
  private static final int DPL_1 = 1 << 5;

  private LguestBoot() {}

  /** Writes guest memory and tells how to enter the kernel; CR3 and GDTR are the host's to fill in. */
  static PlacedKernel place(ElfKernel kernel, PlatformRequest request, GuestMemory memory) {
    PhysicalLayout layout = new PhysicalLayout(MemoryMap.of(request.memoryBytes()));
    byte[] commandLine = CommandLine.encode(request.commandLine(), COMMAND_LINE_LIMIT);
    layout.claim("boot parameters", 0, COMMAND_LINE);
    layout.claim("command line", COMMAND_LINE, commandLine.length);
    ElfPlacement.place(kernel.elf(), layout, memory);
    CommandLine.write(commandLine, COMMAND_LINE, memory);
    ByteBuffer page = ByteBuffer.allocate(COMMAND_LINE).order(ByteOrder.LITTLE_ENDIAN);
    page.put(0x1e8, (byte) 1);
    page.putShort(0x1fe, (short) 0xaa55);
    page.putInt(0x202, 0x5372_6448);
    page.putShort(0x206, (short) 0x207);
    page.put(0x210, (byte) 0xff);
    page.put(0x211, (byte) KEEP_SEGMENTS);
    page.putInt(0x228, COMMAND_LINE);
    page.putInt(0x230, 0x100_0000);
    page.putInt(0x23c, HARDWARE_SUBARCH_LGUEST);
    page.putLong(0x2d0, 0).putLong(0x2d8, request.memoryBytes()).putInt(0x2e0, 1);
    initrd(request, layout, memory)
        .ifPresent(
            range -> page.putInt(0x218, (int) range.start()).putInt(0x21c, (int) range.length()));
    memory.write(0, page.array(), 0, COMMAND_LINE);
    long entry = kernel.physicalEntry();
    return new PlacedKernel(
        entry(entry),
        BootProtocol.LINUX,
        "ELF entry %#x at ring 1".formatted(entry),
        Optional.empty(),
        layout.placed());
  }

  private static Optional<PlacedRange> initrd(
      PlatformRequest request, PhysicalLayout layout, GuestMemory memory) {
    if (request.modules().size() > 1) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "Linux takes one initrd but %d files were given; concatenate them",
          request.modules().size());
    }
    if (request.modules().isEmpty()) {
      return Optional.empty();
    }
    byte[] contents = request.modules().getFirst().contents();
    PlacedRange range =
        layout
            .allocateHigh("initrd", contents.length, HostPages.PAGE, request.memoryBytes())
            .orElseThrow(() ->
                new BootException(
                    BootError.INITRD_TOO_LARGE,
                    "the initrd of %d KiB does not fit beside the kernel in %d MiB of memory; give the machine more",
                    contents.length >> 10,
                    request.memoryBytes() >> 20));
    memory.write(range.start(), contents, 0, contents.length);
    return Optional.of(range);
  }

  private static EntryState entry(long entry) {
    Map<SegmentRegister, SegmentState> segments = new EnumMap<>(SegmentRegister.class);
    SegmentState data = SegmentState.flat(KERNEL_DATA, SegmentState.DATA | DPL_1);
    for (SegmentRegister register : SegmentRegister.values()) {
      segments.put(register, data);
    }
    segments.put(SegmentRegister.CS, SegmentState.flat(KERNEL_CODE, SegmentState.CODE_32 | DPL_1));
    segments.put(SegmentRegister.TR, new SegmentState(0, 0, 0x67, SegmentState.TSS_BUSY));
    segments.put(SegmentRegister.LDTR, new SegmentState(0, 0, 0xffff, SegmentState.LDT));
    DescriptorTable none = new DescriptorTable(0, 0);
    return new EntryState(
        ExecutionMode.PROTECTED32,
        entry,
        RFLAGS,
        Map.of(),
        CR0 & 0xffff_ffffL,
        0,
        CR4_OSFXSR_OSXMMEXCPT,
        0,
        segments,
        none,
        none);
  }
}
