package org.paravane.boot.xen;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.paravane.boot.elf.ElfNotes;
import org.paravane.boot.elf.ElfSegment;
import org.paravane.boot.elf.XenNoteType;
import org.paravane.boot.entry.DescriptorTable;
import org.paravane.boot.entry.EntryState;
import org.paravane.boot.entry.ExecutionMode;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.SegmentRegister;
import org.paravane.boot.entry.SegmentState;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.CommandLine;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.placement.PlacedRange;
import org.paravane.core.memory.GuestMemory;

/** Builds 64-bit Xen PV guests as Xen's toolstack does. @abi xen/include/public/xen.h, "Start-of-day memory layout" */
public final class XenPvBoot {
  /** Selector of Xen's flat 64-bit code segment of ring 3. */
  public static final int FLAT_RING3_CS64 = 0xe033;

  /** Selector of Xen's flat data segment of ring 3. */
  public static final int FLAT_RING3_DS = 0xe02b;

  private static final int DPL3 = 3 << 5;
  private static final int UNUSABLE = 0;
  private static final long RFLAGS = 0x202;
  private static final long CR0 = 0x8005_0033L;
  private static final long CR4 = 0x660;
  private static final long EFER = 0xd01;
  private static final int LIMIT_OF_NO_IO_MAP = 0;

  private XenPvBoot() {}

  /**
   * Places a kernel with its initrd, and writes start_info, page tables and P2M list.
   *
   * @param memory machine memory, zero where the guest's frames are
   * @throws BootException if it can't be booted as asked
   */
  public static PvKernel place(
      ElfKernel kernel, BootRequest request, PvDomain domain, GuestMemory memory) {
    ElfNotes notes = kernel.elf().notes();
    requireSupported(kernel);
    byte[] commandLine =
        CommandLine.encode(request.commandLine(), StartInfo.COMMAND_LINE_BYTES - 1);
    if (request.modules().size() > 1) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "a Xen PV kernel takes one initrd, not %d modules",
          request.modules().size());
    }
    byte[] initrd =
        request.modules().isEmpty() ? new byte[0] : request.modules().getFirst().contents();
    PvLayout layout = PvLayout.of(kernel, initrd.length, domain.frames().pages());
    PvSpace space = new PvSpace(memory, domain.frames());
    placeKernel(kernel, layout, space);
    space.write(layout.initrdFrame() << 12, initrd, 0, initrd.length);
    for (long frame = 0; frame < space.pages(); frame++) {
      space.put64((layout.p2mFrame() << 12) + frame * 8, space.machineFrame(frame));
    }
    for (long at = space.pages() * 8L; at < layout.p2mFrames() << 12; at += 8) {
      space.put64((layout.p2mFrame() << 12) + at, -1L);
    }
    byte[] startInfo = StartInfo.of(layout, space, domain, commandLine, initrd.length);
    space.write(layout.startInfoFrame() << 12, startInfo, 0, startInfo.length);
    PvPageTables.write(space, layout);
    long entry = notes.xenNumber(XenNoteType.ENTRY).orElse(kernel.elf().entry());
    EntryState state = entryState(entry, layout, space, domain);
    return new PvKernel(
        new PlacedKernel(
            state,
            BootProtocol.XEN_PV,
            "Xen PV entry %#x".formatted(entry),
            Optional.empty(),
            ranges(layout, initrd.length)),
        layout);
  }

  private static void requireSupported(ElfKernel kernel) {
    ElfNotes notes = kernel.elf().notes();
    if (!notes.xenText(XenNoteType.XEN_VERSION).orElse("").startsWith("xen-3.0")) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "%s has no Xen PV entry; its notes name no Xen version",
          kernel.name());
    }
    if (!kernel.elf().wide()) {
      throw new BootException(
          BootError.PROTOCOL_NOT_OFFERED,
          "%s is a 32-bit Xen PV kernel; only 64-bit ones can be booted",
          kernel.name());
    }
  }

  private static void placeKernel(ElfKernel kernel, PvLayout layout, PvSpace space) {
    ImageBytes file = kernel.elf().bytes();
    for (ElfSegment segment : kernel.elf().segments()) {
      space.write(
          segment.physicalAddress() - layout.physicalOffset(),
          file.array(),
          file.arrayOffset() + (int) segment.fileOffset(),
          (int) segment.fileBytes());
    }
  }

  private static EntryState entryState(
      long entry, PvLayout layout, PvSpace space, PvDomain domain) {
    Map<SegmentRegister, SegmentState> segments = new EnumMap<>(SegmentRegister.class);
    for (SegmentRegister register : SegmentRegister.values()) {
      segments.put(register, new SegmentState(0, 0, 0, UNUSABLE));
    }
    segments.put(
        SegmentRegister.CS, SegmentState.flat(FLAT_RING3_CS64, SegmentState.CODE_64 | DPL3));
    segments.put(SegmentRegister.SS, SegmentState.flat(FLAT_RING3_DS, SegmentState.DATA | DPL3));
    segments.put(
        SegmentRegister.TR, new SegmentState(0, 0, LIMIT_OF_NO_IO_MAP, SegmentState.TSS_BUSY));
    return new EntryState(
        ExecutionMode.LONG64,
        entry,
        RFLAGS,
        Map.of(
            GeneralRegister.RSP, layout.linear(layout.stackFrame() + 1),
            GeneralRegister.RSI, layout.linear(layout.startInfoFrame())),
        CR0,
        space.machineFrame(layout.tableFrame()) << 12,
        CR4,
        EFER,
        segments,
        new DescriptorTable(domain.gdtAddress(), domain.gdtLimit()),
        new DescriptorTable(0, 0));
  }

  private static List<PlacedRange> ranges(PvLayout layout, long initrdBytes) {
    List<PlacedRange> ranges = new ArrayList<>();
    ranges.add(
        range("kernel", layout.kernelFrame(), layout.startInfoFrame() - layout.kernelFrame()));
    ranges.add(range("start info", layout.startInfoFrame(), 1));
    ranges.add(range("xenstore ring", layout.storeFrame(), 1));
    ranges.add(range("console ring", layout.consoleFrame(), 1));
    ranges.add(range("page tables", layout.tableFrame(), layout.tables()));
    ranges.add(range("boot stack", layout.stackFrame(), 1));
    if (initrdBytes != 0) {
      ranges.add(new PlacedRange("initrd", layout.initrdFrame() << 12, initrdBytes));
    }
    ranges.add(range("P2M list", layout.p2mFrame(), layout.p2mFrames() + layout.p2mTables()));
    return ranges;
  }

  private static PlacedRange range(String name, long frame, long count) {
    return new PlacedRange(name, frame << 12, count << 12);
  }
}
