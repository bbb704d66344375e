package org.paravane.boot.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.boot.elf.XenNoteType;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.SegmentRegister;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.testing.ArrayMemory;
import org.paravane.boot.testing.ElfBuilder;

class XenPvBootTest {
  private static final long BASE = 0xffff_ffff_8000_0000L;
  private static final long INIT_P2M = 0x80_0000_0000L;
  private static final long FRAME = 0x000f_ffff_ffff_f000L;
  private static final int PAGES = 4096;
  private static final byte[] INITRD = {'i', 'n', 'i', 't'};

  private final ArrayMemory memory = new ArrayMemory(PAGES << 12);

  private static ElfBuilder elf() {
    return ElfBuilder.elf64()
        .load(BASE + 0x200000, 0x200000, new byte[] {1, 2, 3}, 0x3000)
        .note("Xen", XenNoteType.XEN_VERSION.ordinal(), "xen-3.0")
        .note("Xen", XenNoteType.VIRT_BASE.ordinal(), BASE)
        .note("Xen", XenNoteType.ENTRY.ordinal(), BASE + 0x200010)
        .note("Xen", XenNoteType.INIT_P2M.ordinal(), INIT_P2M)
        .note("Xen", XenNoteType.MOD_START_PFN.ordinal(), 1);
  }

  static Stream<FrameMap> maps() {
    return Stream.of(FrameMap.identity(PAGES), FrameMap.permuted(PAGES, 7));
  }

  private PvKernel place(ElfBuilder elf, FrameMap map) {
    ElfKernel kernel = (ElfKernel) KernelImages.parse(elf.build(), "kernel");
    PvDomain domain = new PvDomain(map, 0x7777000, 1, 2, 0xffff_8300_0000_0000L, 0xefff);
    return XenPvBoot.place(
        kernel,
        BootRequest.of(kernel).withInitrd(INITRD).withCommandLine("console=hvc0"),
        domain,
        memory);
  }

  /** The entry that maps a linear address, found as a processor would. */
  private long mapping(PvKernel built, long linear) {
    long table = built.placed().entry().cr3();
    for (int shift = 39; shift > 12; shift -= 9) {
      long entry = memory.get64(table + (linear >>> shift & 0x1ff) * 8);
      assertThat(entry & 0xfff).isEqualTo(0x67);
      table = entry & FRAME;
    }
    return memory.get64(table + (linear >>> 12 & 0x1ff) * 8);
  }

  @ParameterizedTest
  @MethodSource("maps")
  void mapsEveryFrameOfTheRegionAndItsOwnTablesReadOnly(FrameMap map) {
    PvKernel built = place(elf(), map);
    PvLayout layout = built.layout();
    for (long frame = 0; frame < layout.mappedFrames(); frame++) {
      boolean table = frame >= layout.tableFrame() && frame < layout.tableFrame() + layout.tables();
      assertThat(mapping(built, layout.linear(frame)))
          .as("frame %x", frame)
          .isEqualTo(map.machineFrame(frame) << 12 | (table ? 0x21 : 0x23));
    }
  }

  @ParameterizedTest
  @MethodSource("maps")
  void listsMachineFramesAtTheAddressOfTheNote(FrameMap map) {
    PvKernel built = place(elf(), map);
    for (int frame = 0; frame < PAGES; frame++) {
      long page = mapping(built, INIT_P2M + frame * 8L);
      assertThat(page & 3).isEqualTo(3);
      assertThat(memory.get64((page & FRAME) + frame * 8L % 4096))
          .isEqualTo(map.machineFrame(frame));
    }
  }

  @ParameterizedTest
  @MethodSource("maps")
  void startInfoSaysWhatThereIs(FrameMap map) {
    PvKernel built = place(elf(), map);
    PvLayout layout = built.layout();
    long info = map.machineFrame(layout.startInfoFrame()) << 12;
    assertThat(memory.text(info)).isEqualTo("xen-3.0-x86_64");
    assertThat(memory.get64(info + 0x20)).isEqualTo(PAGES);
    assertThat(memory.get64(info + 0x28)).isEqualTo(0x7777000);
    assertThat(memory.get32(info + 0x30)).isEqualTo(0x18);
    assertThat(memory.get64(info + 0x38)).isEqualTo(map.machineFrame(layout.storeFrame()));
    assertThat(memory.get32(info + 0x40)).isEqualTo(1);
    assertThat(memory.get64(info + 0x48)).isEqualTo(map.machineFrame(layout.consoleFrame()));
    assertThat(memory.get32(info + 0x50)).isEqualTo(2);
    assertThat(memory.get64(info + 0x58)).isEqualTo(layout.linear(layout.tableFrame()));
    assertThat(memory.get64(info + 0x60)).isEqualTo(layout.tables());
    assertThat(memory.get64(info + 0x68)).isEqualTo(INIT_P2M);
    assertThat(memory.get64(info + 0x70)).isEqualTo(layout.initrdFrame());
    assertThat(memory.get64(info + 0x78)).isEqualTo(INITRD.length);
    assertThat(memory.text(info + 0x80)).isEqualTo("console=hvc0");
    assertThat(memory.get64(info + 0x480)).isEqualTo(layout.p2mFrame());
    assertThat(memory.get64(info + 0x488)).isEqualTo(layout.p2mFrames() + layout.p2mTables());
    assertThat(memory.bytes(map.machineFrame(layout.initrdFrame()) << 12, INITRD.length))
        .isEqualTo(INITRD);
    assertThat(memory.bytes(map.machineFrame(0x200) << 12, 3)).containsExactly(1, 2, 3);
  }

  @Test
  void entersAtTheNotesAddressInRingThree() {
    PvKernel built = place(elf(), FrameMap.identity(PAGES));
    var entry = built.placed().entry();
    assertThat(entry.rip()).isEqualTo(BASE + 0x200010);
    assertThat(entry.register(GeneralRegister.RSI))
        .isEqualTo(built.layout().linear(built.layout().startInfoFrame()));
    assertThat(entry.register(GeneralRegister.RSP))
        .isEqualTo(built.layout().linear(built.layout().stackFrame() + 1));
    assertThat(entry.rflags()).isEqualTo(0x202);
    assertThat(entry.segment(SegmentRegister.CS).selector()).isEqualTo(0xe033);
    assertThat(entry.segment(SegmentRegister.SS).selector()).isEqualTo(0xe02b);
    assertThat(entry.segment(SegmentRegister.DS).selector()).isZero();
  }

  @Test
  void refusesKernelsThatAreNotForIt() {
    ElfBuilder plain = ElfBuilder.elf64().load(BASE, 0x200000, new byte[1], 1);
    assertThatThrownBy(() -> place(plain, FrameMap.identity(PAGES)))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("no Xen PV entry");
    ElfBuilder narrow =
        ElfBuilder.elf32()
            .load(0xc0200000L, 0x200000, new byte[1], 1)
            .note("Xen", XenNoteType.XEN_VERSION.ordinal(), "xen-3.0");
    assertThatThrownBy(() -> place(narrow, FrameMap.identity(PAGES)))
        .isInstanceOf(BootException.class)
        .hasMessageContaining("32-bit");
  }

  @Test
  void permutedMapNamesEveryFrameOnce() {
    FrameMap map = FrameMap.permuted(PAGES, 3);
    long[] frames = new long[PAGES];
    for (int i = 0; i < PAGES; i++) {
      frames[i] = map.machineFrame(i);
    }
    assertThat(frames).doesNotHaveDuplicates();
    assertThat(frames).isNotEqualTo(java.util.stream.LongStream.range(0, PAGES).toArray());
    assertThat(FrameMap.permuted(PAGES, 3).machineFrame(17)).isEqualTo(frames[17]);
    assertThat(FrameMap.machineFrameOf(0xc0000)).as("behind the hole").isEqualTo(0x100000);
  }
}
