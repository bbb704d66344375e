package org.paravane.boot.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.boot.KernelLoader;
import org.paravane.boot.entry.ExecutionMode;
import org.paravane.boot.entry.GeneralRegister;
import org.paravane.boot.entry.SegmentRegister;
import org.paravane.boot.entry.SegmentState;
import org.paravane.boot.image.KernelImages;
import org.paravane.boot.payload.Compression;
import org.paravane.boot.placement.BootError;
import org.paravane.boot.placement.BootException;
import org.paravane.boot.placement.BootPath;
import org.paravane.boot.placement.BootRequest;
import org.paravane.boot.placement.MemoryRegion;
import org.paravane.boot.placement.PlacedKernel;
import org.paravane.boot.testing.ArrayMemory;
import org.paravane.boot.testing.BzImageBuilder;
import org.paravane.boot.testing.Compressors;
import org.paravane.boot.testing.ElfBuilder;

class LinuxBootTest {
  private static final int MEMORY = 64 << 20;
  private static final byte[] CODE = {1, 2, 3, 4, 5, 6, 7, 8};

  private final ArrayMemory memory = new ArrayMemory(MEMORY);

  @Test
  void entersAnUnpackedPayloadAtItsElfEntry() {
    PlacedKernel placed = KernelLoader.place(request(bzImage()).withCommandLine("quiet"), memory);

    assertThat(placed.entry().mode()).isEqualTo(ExecutionMode.LONG64);
    assertThat(placed.entry().rip()).isEqualTo(0x1000000);
    assertThat(placed.fallbackReason()).isEmpty();
    assertThat(memory.bytes(0x1000000, CODE.length)).isEqualTo(CODE);
  }

  @Test
  void placesSegmentsByPhysicalAddressAndClearsTheirRest() {
    memory.put64(0x1000000 + CODE.length, -1);

    KernelLoader.place(request(vmlinux()), memory);

    assertThat(memory.bytes(0x1000000, CODE.length)).isEqualTo(CODE);
    assertThat(memory.get64(0x1000000 + CODE.length)).isZero();
    assertThat(memory.get8(0x1200000)).isEqualTo(9);
  }

  @Test
  void entersLongModeWithFlatSegmentsAndIdentityMap() {
    PlacedKernel placed = KernelLoader.place(request(vmlinux()), memory);

    long root = placed.entry().cr3();
    assertThat(placed.entry().cr0()).isEqualTo(0x80000011L);
    assertThat(placed.entry().cr4()).isEqualTo(0x20);
    assertThat(placed.entry().efer()).isEqualTo(0x500);
    assertThat(placed.entry().rflags()).isEqualTo(2);
    assertThat(placed.entry().segment(SegmentRegister.CS))
        .isEqualTo(new SegmentState(0x10, 0, 0xffffffffL, SegmentState.CODE_64));
    assertThat(memory.get64(placed.entry().gdt().base() + 0x10)).isEqualTo(0x00af9b000000ffffL);
    assertThat(memory.get64(placed.entry().gdt().base() + 0x18)).isEqualTo(0x00cf93000000ffffL);
    for (long address : new long[] {0, 0x7000, 0x12345678, 0xfee00123L, 0xffffffffL}) {
      assertThat(translate(root, address)).isEqualTo(address);
    }
  }

  @Test
  void writesTheZeroPageThatRsiPointsTo() {
    BootRequest request =
        request(bzImage())
            .withCommandLine("console=ttyS0 quiet")
            .withInitrd(new byte[5000])
            .withHardwareSubarch(2)
            .withRsdpAddress(0xe0000);

    PlacedKernel placed = KernelLoader.place(request, memory);

    long page = placed.entry().register(GeneralRegister.RSI);
    long initrd = placed.range("initrd").orElseThrow().start();
    assertThat(memory.get16(page + 0x1fe)).isEqualTo(0xaa55);
    assertThat(memory.get32(page + 0x202)).isEqualTo(0x53726448);
    assertThat(memory.get16(page + 0x206)).isEqualTo(0x020f);
    assertThat(memory.get8(page + 0x210)).isEqualTo(0xff);
    assertThat(memory.get8(page + 0x1ef)).isZero();
    assertThat(memory.text(memory.get32(page + 0x228))).isEqualTo("console=ttyS0 quiet");
    assertThat(memory.get32(page + 0x218)).isEqualTo((int) initrd);
    assertThat(memory.get32(page + 0x21c)).isEqualTo(5000);
    assertThat(initrd).isEqualTo(MEMORY - 8192);
    assertThat(memory.get32(page + 0x23c)).isEqualTo(2);
    assertThat(memory.get64(page + 0x70)).isEqualTo(0xe0000);
  }

  @Test
  void tellsTheMemoryMapWithTheHoleAndReservedRegions() {
    BootRequest request =
        request(vmlinux())
            .withReserved(List.of(new MemoryRegion(0x2000000, 0x1000, MemoryRegion.Type.ACPI)));

    long page = KernelLoader.place(request, memory).entry().register(GeneralRegister.RSI);

    assertThat(memory.get8(page + 0x1e8)).isEqualTo(5);
    assertThat(e820(page, 0)).containsExactly(0, 0x9fc00, 1);
    assertThat(e820(page, 1)).containsExactly(0x9fc00, 0x60400, 2);
    assertThat(e820(page, 2)).containsExactly(0x100000, 0x1f00000, 1);
    assertThat(e820(page, 3)).containsExactly(0x2000000, 0x1000, 3);
    assertThat(e820(page, 4)).containsExactly(0x2001000, MEMORY - 0x2001000, 1);
  }

  @Test
  void derivesTheRandomSeedFromTheRequestsSeedOnly() {
    byte[] first = randomSeed(7);

    assertThat(randomSeed(7)).isEqualTo(first).hasSize(32);
    assertThat(randomSeed(8)).isNotEqualTo(first);
  }

  @Test
  void entersTheFilesOwn64BitEntry() {
    PlacedKernel placed =
        KernelLoader.place(request(bzImage()).withPath(BootPath.BZIMAGE64), memory);

    assertThat(placed.entry().mode()).isEqualTo(ExecutionMode.LONG64);
    assertThat(placed.entry().rip()).isEqualTo(0x100200);
    assertThat(memory.get8(0x100001)).isEqualTo(7);
    assertThat(placed.range("kernel").orElseThrow().end()).isEqualTo(0x1800000);
  }

  @Test
  void entersTheFilesOwn32BitEntryWithPagingOff() {
    PlacedKernel placed =
        KernelLoader.place(request(bzImage()).withPath(BootPath.BZIMAGE32), memory);

    long page = placed.entry().register(GeneralRegister.RSI);
    assertThat(placed.entry().mode()).isEqualTo(ExecutionMode.PROTECTED32);
    assertThat(placed.entry().rip()).isEqualTo(0x100000);
    assertThat(placed.entry().cr0()).isEqualTo(0x11);
    assertThat(placed.entry().segment(SegmentRegister.CS).attributes())
        .isEqualTo(SegmentState.CODE_32);
    assertThat(memory.get64(placed.entry().gdt().base() + 0x10)).isEqualTo(0x00cf9b000000ffffL);
    assertThat(memory.get32(page + 0x214)).isEqualTo(0x100000);
  }

  @Test
  void fallsBackToTheFilesOwnEntryWhenThePayloadIsUnknown() {
    byte[] file = new BzImageBuilder().payload(new byte[64]).build();

    PlacedKernel placed = KernelLoader.place(request(file), memory);

    assertThat(placed.entry().rip()).isEqualTo(0x100200);
    assertThat(placed.fallbackReason()).contains("the payload's compression is unknown");
  }

  @Test
  void entersA32BitVmlinuxInProtectedMode() {
    byte[] file =
        ElfBuilder.elf32().entry(0x1000000).load(0xc1000000L, 0x1000000, CODE, CODE.length).build();

    PlacedKernel placed = KernelLoader.place(request(file), memory);

    assertThat(placed.entry().mode()).isEqualTo(ExecutionMode.PROTECTED32);
    assertThat(placed.entry().rip()).isEqualTo(0x1000000);
  }

  @Test
  void refusesACommandLineLongerThanTheKernelAccepts() {
    assertRefused(
        request(bzImage()).withCommandLine("x".repeat(2048)),
        BootError.COMMAND_LINE_TOO_LONG,
        "at most 2047");
    assertRefused(
        request(bzImage()).withCommandLine("a\nb"), BootError.COMMAND_LINE_INVALID, "line break");
  }

  @Test
  void refusesAnInitrdThatDoesNotFit() {
    assertRefused(
        request(bzImage()).withInitrd(new byte[50 << 20]),
        BootError.INITRD_TOO_LARGE,
        "51200 KiB does not fit");
  }

  @Test
  void refusesAMachineTooSmallForTheKernel() {
    ArrayMemory small = new ArrayMemory(8 << 20);

    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> KernelLoader.place(request(bzImage()), small))
        .returns(BootError.MEMORY_TOO_SMALL, BootException::error)
        .withMessageContaining("0x1000000");
  }

  @Test
  void refusesAKernelLinkedOverTheBootStructures() {
    byte[] file = ElfBuilder.elf64().entry(0x7000).load(0, 0x7000, CODE, CODE.length).build();

    assertRefused(request(file), BootError.KERNEL_ADDRESS_CONFLICT, "zero page");
  }

  @Test
  void refusesA64BitEntryThatTheKernelDoesNotHave() {
    byte[] file = new BzImageBuilder().extendedLoadFlags(0).build();

    assertRefused(
        request(file).withPath(BootPath.BZIMAGE64),
        BootError.PROTOCOL_NOT_OFFERED,
        "no 64-bit entry");
  }

  private void assertRefused(BootRequest request, BootError error, String message) {
    assertThatExceptionOfType(BootException.class)
        .isThrownBy(() -> KernelLoader.place(request, memory))
        .returns(error, BootException::error)
        .withMessageContaining(message);
  }

  private byte[] randomSeed(long seed) {
    long page =
        KernelLoader.place(request(vmlinux()).withSeed(seed), memory)
            .entry()
            .register(GeneralRegister.RSI);
    long node = memory.get64(page + 0x250);
    assertThat(memory.get64(node)).isZero();
    assertThat(memory.get32(node + 8)).isEqualTo(9);
    return memory.bytes(node + 16, memory.get32(node + 12));
  }

  private long[] e820(long page, int index) {
    long at = page + 0x2d0 + 20L * index;
    return new long[] {memory.get64(at), memory.get64(at + 8), memory.get32(at + 16)};
  }

  private long translate(long root, long address) {
    long table = memory.get64(root + 8 * (address >>> 39 & 511));
    long directory = memory.get64((table & ~0xfffL) + 8 * (address >>> 30 & 511));
    long entry = memory.get64((directory & ~0xfffL) + 8 * (address >>> 21 & 511));
    assertThat(table & directory & entry & 3).isEqualTo(3);
    assertThat(entry & 0x80).isEqualTo(0x80);
    return entry & ~0x1fffffL | address & 0x1fffff;
  }

  private static BootRequest request(byte[] file) {
    return BootRequest.of(KernelImages.parse(file, "vmlinuz"));
  }

  private static byte[] bzImage() {
    byte[] elf = vmlinux();
    return new BzImageBuilder()
        .payload(Compressors.compress(Compression.LZ4, elf), elf.length)
        .build();
  }

  private static byte[] vmlinux() {
    return ElfBuilder.elf64()
        .entry(0x1000000)
        .load(0xffffffff81000000L, 0x1000000, CODE, 0x4000)
        .load(0, 0x1200000, new byte[] {9}, 1)
        .build();
  }
}
