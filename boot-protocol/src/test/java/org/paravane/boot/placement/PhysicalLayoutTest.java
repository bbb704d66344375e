package org.paravane.boot.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class PhysicalLayoutTest {
  private static final long GIB = 1L << 30;

  private final PhysicalLayout layout = new PhysicalLayout(MemoryMap.of(64 << 20));

  @Test
  void putsRamThatDoesNotFitBelow3GibAbove4Gib() {
    MemoryMap map = MemoryMap.of(5 * GIB);

    assertThat(map.regions())
        .containsExactly(
            new MemoryRegion(0, 0x9fc00, MemoryRegion.Type.RAM),
            new MemoryRegion(0x9fc00, 0x60400, MemoryRegion.Type.RESERVED),
            new MemoryRegion(0x100000, 3 * GIB - 0x100000, MemoryRegion.Type.RAM),
            new MemoryRegion(4 * GIB, 2 * GIB, MemoryRegion.Type.RAM));
    assertThat(map.endOfRamFromOneMegabyte()).isEqualTo(3 * GIB);
  }

  @Test
  void cutsReservedRegionsOutOfRam() {
    MemoryMap map =
        MemoryMap.of(GIB).with(new MemoryRegion(0x9f000, 0x2000, MemoryRegion.Type.ACPI_NVS));

    assertThat(map.regions().get(0)).isEqualTo(new MemoryRegion(0, 0x9f000, MemoryRegion.Type.RAM));
    assertThat(map.regions().get(1))
        .isEqualTo(new MemoryRegion(0x9f000, 0x2000, MemoryRegion.Type.ACPI_NVS));
    assertThat(map.regions().get(2))
        .isEqualTo(new MemoryRegion(0xa1000, 0x5f000, MemoryRegion.Type.RESERVED));
  }

  @Test
  void refusesAMachineWithHardlyAnyMemory() {
    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> MemoryMap.of(1 << 20))
        .returns(BootError.MEMORY_TOO_SMALL, BootException::error);
  }

  @Test
  void allocatesHighBelowTheLimitAndAroundWhatIsThere() {
    layout.claim("taken", 0x3fff000, 0x1000);

    assertThat(layout.allocateHigh("first", 0x1800, 0x1000, 1L << 32).orElseThrow().start())
        .isEqualTo(0x3ffd000);
    assertThat(layout.allocateHigh("second", 0x1000, 0x1000, 0x1000000).orElseThrow().start())
        .isEqualTo(0xfff000);
    assertThat(layout.allocateHigh("third", 0x3f00000, 0x1000, 1L << 32)).isEmpty();
  }

  @Test
  void allocatesLowFromAFloorAndAroundWhatIsThere() {
    layout.claim("taken", 0x201000, 0x1001);

    assertThat(layout.allocateLow("first", 0x1000, 0x200001, 1L << 32).orElseThrow().start())
        .isEqualTo(0x203000);
    assertThat(layout.allocateLow("second", 0x1000, 0x200000, 1L << 32).orElseThrow().start())
        .isEqualTo(0x200000);
    assertThat(layout.allocateLow("third", 0x1000, 0x200000, 0x201000)).isEmpty();
  }

  @Test
  void neverClaimsTheSameBytesTwice() {
    layout.claim("kernel", 0x100000, 0x1000);

    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> layout.claim("initrd", 0x100fff, 1))
        .returns(BootError.KERNEL_ADDRESS_CONFLICT, BootException::error)
        .withMessage("the initrd needs 0x100fff-0x100fff, where the kernel is (0x100000-0x100fff)");
  }

  @Test
  void claimsOnlyRam() {
    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> layout.claim("kernel", 0x9f000, 0x2000))
        .returns(BootError.KERNEL_ADDRESS_CONFLICT, BootException::error);
    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> layout.claim("kernel", 0x3000000, 0x1000001))
        .returns(BootError.MEMORY_TOO_SMALL, BootException::error);
  }
}
