package org.paravane.boot.multiboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.paravane.boot.KernelLoader;
import org.paravane.boot.entry.ExecutionMode;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootModule;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.testing.ArrayMemory;
import org.paravane.boot.testing.MultibootBuilder;

class MultibootBootTest {
  private final ArrayMemory memory = new ArrayMemory(16 << 20);

  @Test
  void entersAMultiboot1ElfKernelInProtectedMode() {
    PlacedKernel placed = KernelLoader.place(request(MultibootBuilder.elf1()), memory);

    assertThat(placed.entry().mode()).isEqualTo(ExecutionMode.PROTECTED32);
    assertThat(placed.entry().rip()).isEqualTo(MultibootBuilder.ENTRY);
    assertThat(placed.entry().register(GeneralRegister.RAX)).isEqualTo(0x2badb002L);
    assertThat(memory.get32(MultibootBuilder.LOAD)).isEqualTo(0x1badb002);
  }

  @Test
  void tellsAMultiboot1KernelItsMemoryModulesAndCommandLine() {
    BootRequest request =
        request(MultibootBuilder.elf1())
            .withCommandLine("a=1")
            .withModules(List.of(module(5, "env x"), module(6, "second")));

    long info = KernelLoader.place(request, memory).entry().register(GeneralRegister.RBX);

    assertThat(memory.get32(info)).isEqualTo(0x24d);
    assertThat(memory.get32(info + 4)).isEqualTo(639);
    assertThat(memory.get32(info + 8)).isEqualTo(15 << 10);
    assertThat(memory.text(memory.get32(info + 0x10))).isEqualTo("kernel a=1");
    assertThat(memory.text(memory.get32(info + 0x40))).isEqualTo("Paravane");
    assertThat(memory.get32(info + 0x14)).isEqualTo(2);
    long second = memory.get32(info + 0x18) + 16L;
    assertThat(memory.get32(second)).isEqualTo(0x102000);
    assertThat(memory.get32(second + 4)).isEqualTo(0x102000 + 100);
    assertThat(memory.get8(0x102000)).isEqualTo(6);
    assertThat(memory.text(memory.get32(second + 8))).isEqualTo("second");
    long map = memory.get32(info + 0x30);
    assertThat(memory.get32(info + 0x2c)).isEqualTo(3 * 24);
    assertThat(memory.get32(map)).isEqualTo(20);
    assertThat(memory.get64(map + 24 + 4)).isEqualTo(0x9fc00);
    assertThat(memory.get32(map + 24 + 20)).isEqualTo(2);
  }

  @Test
  void loadsAFlatFileByTheAddressesInItsHeader() {
    memory.put8(MultibootBuilder.LOAD + 100, 0xff);

    PlacedKernel placed = KernelLoader.place(request(MultibootBuilder.flat1()), memory);

    assertThat(placed.entry().rip()).isEqualTo(MultibootBuilder.ENTRY);
    assertThat(memory.get8(MultibootBuilder.LOAD + 64)).isEqualTo(0x77);
    assertThat(memory.get8(MultibootBuilder.LOAD + 100)).isZero();
    assertThat(placed.range("kernel").orElseThrow().length()).isEqualTo(112);
  }

  @Test
  void tellsAMultiboot2KernelTheSameInTags() {
    memory.put64(0xe0000, 0x1122334455667788L);
    BootRequest request =
        request(MultibootBuilder.elf2(4, 6))
            .withCommandLine("b=2")
            .withRsdpAddress(0xe0000)
            .withModules(List.of(module(5, "only")));

    PlacedKernel placed = KernelLoader.place(request, memory);

    assertThat(placed.entry().register(GeneralRegister.RAX)).isEqualTo(0x36d76289L);
    Map<Integer, Long> tags = tags(placed.entry().register(GeneralRegister.RBX));
    assertThat(tags.keySet()).containsExactly(0, 1, 2, 3, 4, 6, 14, 15, 21);
    assertThat(memory.text(tags.get(1) + 8)).isEqualTo("kernel b=2");
    assertThat(memory.get32(tags.get(3) + 8)).isEqualTo(0x101000);
    assertThat(memory.text(tags.get(3) + 16)).isEqualTo("only");
    assertThat(memory.get32(tags.get(4) + 12)).isEqualTo(15 << 10);
    assertThat(memory.get32(tags.get(6) + 8)).isEqualTo(24);
    assertThat(memory.get64(tags.get(6) + 16 + 24)).isEqualTo(0x9fc00);
    assertThat(memory.get64(tags.get(15) + 8)).isEqualTo(0x1122334455667788L);
    assertThat(memory.get32(tags.get(21) + 8)).isEqualTo(MultibootBuilder.LOAD);
  }

  @Test
  void refusesAMultiboot2KernelThatNeedsWhatThereIsNot() {
    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> KernelLoader.place(request(MultibootBuilder.elf2(8)), memory))
        .returns(BootError.PROTOCOL_NOT_OFFERED, BootException::error)
        .withMessageContaining("type 8");
  }

  @Test
  void refusesModulesThatDoNotFit() {
    BootRequest request =
        request(MultibootBuilder.elf1())
            .withModules(List.of(new BootModule(new byte[16 << 20], "big")));

    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> KernelLoader.place(request, memory))
        .returns(BootError.INITRD_TOO_LARGE, BootException::error)
        .withMessageContaining("module 0");
  }

  private Map<Integer, Long> tags(long info) {
    Map<Integer, Long> tags = new TreeMap<>();
    long end = info + memory.get32(info);
    for (long at = info + 8; at < end; at += memory.get32(at + 4) + 7L & -8) {
      tags.put(memory.get32(at), at);
    }
    return tags;
  }

  private static BootModule module(int fill, String text) {
    byte[] contents = new byte[100];
    contents[0] = (byte) fill;
    return new BootModule(contents, text);
  }

  private static BootRequest request(byte[] file) {
    return BootRequest.of(KernelImages.parse(file, "kernel"));
  }
}
