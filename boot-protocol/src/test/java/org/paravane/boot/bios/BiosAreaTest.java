package org.paravane.boot.bios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.MemoryMap;
import org.paravane.boot.placement.PhysicalLayout;
import org.paravane.boot.testing.ArrayMemory;

class BiosAreaTest {
  private final ArrayMemory memory = new ArrayMemory(2 << 20);
  private final PhysicalLayout layout = new PhysicalLayout(MemoryMap.of(2 << 20));

  @Test
  void lowMemoryEndsWhereTheMemoryMapHasIt() {
    BiosArea.write(layout, memory);
    assertThat(memory.get16(0x40e) << 4).isEqualTo(0x9fc00);
    assertThat(memory.get16(0x413)).isEqualTo(0x9fc00 >> 10);
    assertThat(memory.get8(0x9fc00)).isEqualTo(1);
  }

  @Test
  void everyVectorLeadsToCodeInTheRom() {
    BiosArea.write(layout, memory);
    for (int vector = 0; vector < 256; vector++) {
      int offset = memory.get16(4 * vector);
      assertThat(memory.get16(4 * vector + 2)).isEqualTo(0xf000);
      assertThat(memory.get8(0xf0000 + offset)).as("vector %#x", vector).isNotZero();
    }
    assertThat(memory.get8(0xfff53)).as("IRET").isEqualTo(0xcf);
  }

  @Test
  void whatLiesBelow500hIsNotOverwritten() {
    layout.claim("kernel", 0x4ff, 1);
    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> BiosArea.write(layout, memory))
        .withMessageContaining("kernel");
  }
}
