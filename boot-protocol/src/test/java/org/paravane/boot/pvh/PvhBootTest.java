package org.paravane.boot.pvh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.boot.KernelLoader;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.format.ImageException;
import org.paravane.boot.image.BootProtocol;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootModule;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.testing.ArrayMemory;
import org.paravane.boot.testing.ElfBuilder;

class PvhBootTest {
  private final ArrayMemory memory = new ArrayMemory(32 << 20);

  @Test
  void entersAtTheNotedAddressWithStartInfo() {
    BootRequest request =
        request(0x1000010L)
            .withCommandLine("c=3")
            .withRsdpAddress(0xe0000)
            .withModules(List.of(new BootModule(new byte[] {42, 0, 0}, "initrd")));

    PlacedKernel placed = KernelLoader.place(request, memory);

    long info = placed.entry().register(GeneralRegister.RBX);
    assertThat(placed.entry().rip()).isEqualTo(0x1000010);
    assertThat(placed.entry().cr0()).isEqualTo(0x11);
    assertThat(memory.get32(info)).isEqualTo(0x336ec578);
    assertThat(memory.get32(info + 4)).isEqualTo(1);
    assertThat(memory.get32(info + 12)).isEqualTo(1);
    assertThat(memory.text(memory.get64(info + 24))).isEqualTo("c=3");
    assertThat(memory.get64(info + 32)).isEqualTo(0xe0000);
    long module = memory.get64(info + 16);
    assertThat(memory.get8(memory.get64(module))).isEqualTo(42);
    assertThat(memory.get64(module + 8)).isEqualTo(3);
    assertThat(memory.text(memory.get64(module + 16))).isEqualTo("initrd");
    long map = memory.get64(info + 40);
    assertThat(memory.get32(info + 48)).isEqualTo(3);
    assertThat(memory.get64(map + 48)).isEqualTo(0x100000);
    assertThat(memory.get32(map + 48 + 16)).isEqualTo(1);
  }

  @Test
  void refusesAnEntryOutsideTheSegments() {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> KernelLoader.place(request(0x5000), memory))
        .withMessageContaining("0x5000");
  }

  @Test
  void refusesAKernelWithoutTheNote() {
    byte[] file = ElfBuilder.elf64().entry(0x1000000).load(0, 0x1000000, new byte[64], 64).build();
    BootRequest request =
        BootRequest.of(KernelImages.parse(file, "plain")).withProtocol(BootProtocol.PVH);

    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> KernelLoader.place(request, memory))
        .withMessage("plain does not offer the boot protocol PVH; it offers [LINUX]");
  }

  private static BootRequest request(long entry) {
    byte[] file =
        ElfBuilder.elf64()
            .entry(0x1000000)
            .load(0, 0x1000000, new byte[64], 64)
            .note("Xen", 18, entry)
            .build();
    return BootRequest.of(KernelImages.parse(file, "kernel")).withProtocol(BootProtocol.PVH);
  }
}
