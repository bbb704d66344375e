package org.paravane.boot.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.paravane.boot.elf.XenNoteType;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.testing.ElfBuilder;

class PvLayoutTest {
  private static final long KERNEL_BASE = 0xffff_ffff_8000_0000L;
  private static final long INIT_P2M = 0x80_0000_0000L;
  private static final int MIB = 1 << 20;

  private static ElfBuilder linux() {
    return ElfBuilder.elf64()
        .load(KERNEL_BASE + 0x1000000, 0x1000000, new byte[16], 0x1826634)
        .load(KERNEL_BASE + 0x2a00000, 0x2a00000, new byte[16], 0x61a000)
        // The per-processor data are linked at 0: only the physical address counts.
        .load(0, 0x301a000, new byte[16], 0x34000)
        .load(KERNEL_BASE + 0x304e000, 0x304e000, new byte[16], 0xdb2000)
        .note("Xen", XenNoteType.XEN_VERSION.ordinal(), "xen-3.0")
        .note("Xen", XenNoteType.VIRT_BASE.ordinal(), KERNEL_BASE);
  }

  private static ElfKernel kernel(ElfBuilder elf) {
    return (ElfKernel) KernelImages.parse(elf.build(), "kernel");
  }

  private static ElfBuilder debian() {
    return linux()
        .note("Xen", XenNoteType.INIT_P2M.ordinal(), INIT_P2M)
        .note("Xen", XenNoteType.MOD_START_PFN.ordinal(), 1);
  }

  @Test
  void laysOutDebiansKernelAsXensToolstackDoes() {
    PvLayout layout = PvLayout.of(kernel(debian()), 8 * MIB, 0x10000);
    assertThat(layout.kernelFrame()).isEqualTo(0x1000);
    assertThat(layout.startInfoFrame()).isEqualTo(0x3e00);
    assertThat(layout.storeFrame()).isEqualTo(0x3e01);
    assertThat(layout.consoleFrame()).isEqualTo(0x3e02);
    assertThat(layout.tableFrame()).isEqualTo(0x3e03);
    assertThat(layout.tables()).isEqualTo(35);
    assertThat(layout.stackFrame()).isEqualTo(0x3e26);
    assertThat(layout.linear(layout.stackFrame() + 1)).isEqualTo(0xffff_ffff_83e2_7000L);
    assertThat(layout.mappedFrames()).isEqualTo(0x4000);
    assertThat(layout.initrdFrame()).isEqualTo(0x4000);
    assertThat(layout.p2mFrame()).isEqualTo(0x4800);
    assertThat(layout.p2mFrames()).isEqualTo(0x80);
    assertThat(layout.p2mTables()).isEqualTo(3);
    assertThat(layout.p2mAddress()).isEqualTo(INIT_P2M);
    assertThat(layout.endFrame()).isEqualTo(0x4883);
  }

  @Test
  void laysOutGrubAsXensToolstackDoes() {
    ElfBuilder grub =
        ElfBuilder.elf64()
            .load(0, 0, new byte[16], 0x473000)
            .note("Xen", XenNoteType.XEN_VERSION.ordinal(), "xen-3.0")
            .note("Xen", XenNoteType.VIRT_BASE.ordinal(), 0);
    PvLayout layout = PvLayout.of(kernel(grub), 0, 64 * MIB >> 12);
    assertThat(layout.p2mApart()).isFalse();
    assertThat(layout.p2mFrame()).isEqualTo(0x473);
    assertThat(layout.startInfoFrame()).isEqualTo(0x493);
    assertThat(layout.storeFrame()).isEqualTo(0x494);
    assertThat(layout.consoleFrame()).isEqualTo(0x495);
    assertThat(layout.tableFrame()).isEqualTo(0x496);
    assertThat(layout.tables()).isEqualTo(7);
    assertThat(layout.stackFrame()).isEqualTo(0x49d);
    assertThat(layout.linear(layout.stackFrame() + 1)).isEqualTo(0x49e000);
    assertThat(layout.mappedFrames()).isEqualTo(0x800);
  }

  @Test
  void mapsInitrdAndListBesideKernelsThatAskForNothingElse() {
    PvLayout layout = PvLayout.of(kernel(linux()), 5000, 0x8000);
    assertThat(layout.initrdMapped()).isTrue();
    assertThat(layout.initrdFrame()).isEqualTo(0x3e00);
    assertThat(layout.p2mFrame()).isEqualTo(0x3e02);
    assertThat(layout.p2mAddress()).isEqualTo(KERNEL_BASE + 0x3e02000);
    assertThat(layout.startInfoFrame()).isEqualTo(0x3e42);
    assertThat(layout.endFrame()).isEqualTo(layout.mappedFrames());
  }

  @Test
  void ignoresAListAddressAboveTheKernel() {
    ElfBuilder above =
        linux().note("Xen", XenNoteType.INIT_P2M.ordinal(), KERNEL_BASE + 0x4000_0000);
    assertThat(PvLayout.of(kernel(above), 0, 0x8000).p2mApart()).isFalse();
  }

  @Test
  void saysWhenMemoryIsTooSmall() {
    assertThatThrownBy(() -> PvLayout.of(kernel(debian()), 8 * MIB, 0x4827))
        .isInstanceOfSatisfying(
            BootException.class, e -> assertThat(e.error()).isEqualTo(BootError.MEMORY_TOO_SMALL))
        .hasMessageContaining("more memory");
    assertThat(PvLayout.of(kernel(debian()), 8 * MIB, 0x4828).endFrame()).isEqualTo(0x4828);
  }
}
