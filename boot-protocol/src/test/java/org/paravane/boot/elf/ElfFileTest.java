package org.paravane.boot.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.boot.format.ImageBytes;
import org.paravane.boot.format.ImageError;
import org.paravane.boot.format.ImageException;
import org.paravane.boot.testing.ElfBuilder;

class ElfFileTest {
  private static final int FIRST_HEADER_64 = 64;

  @Test
  void listsSegmentsInPhysicalOrder() {
    ElfFile elf =
        parse(
            ElfBuilder.elf64()
                .entry(0x1000000)
                .load(0, 0x1200000, new byte[16], 16)
                .load(0xffffffff81000000L, 0x1000000, new byte[32], 0x100)
                .build());

    assertThat(elf.wide()).isTrue();
    assertThat(elf.segments())
        .extracting(ElfSegment::physicalAddress)
        .containsExactly(0x1000000L, 0x1200000L);
    assertThat(elf.physicalStart()).isEqualTo(0x1000000);
    assertThat(elf.physicalEnd()).isEqualTo(0x1200010);
  }

  @Test
  void translatesLinearAddressesOfASegment() {
    ElfFile elf =
        parse(
            ElfBuilder.elf32()
                .entry(0xc0100004L)
                .load(0xc0100000L, 0x100000, new byte[32], 32)
                .build());

    assertThat(elf.physicalAddressOf(0xc0100004L)).hasValue(0x100004);
    assertThat(elf.physicalAddressOf(0x100008)).hasValue(0x100008);
    assertThat(elf.physicalAddressOf(0x200000)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsXenNotesFromASegmentOrElseFromSections(boolean inSegment) {
    ElfBuilder builder =
        ElfBuilder.elf64()
            .load(0, 0x100000, new byte[16], 16)
            .note("Xen", 6, "linux")
            .note("Xen", 18, 0x1000850L)
            .note("GNU", 3, new byte[] {1, 2, 3});

    ElfNotes notes = parse(inSegment ? builder.build() : builder.buildWithNoteSection()).notes();

    assertThat(notes.xenText(XenNoteType.GUEST_OS)).contains("linux");
    assertThat(notes.xenNumber(XenNoteType.PHYS32_ENTRY)).hasValue(0x1000850);
    assertThat(notes.xen(XenNoteType.HYPERCALL_PAGE)).isEmpty();
    assertThat(notes.all()).last().extracting(ElfNote::hex).isEqualTo("010203");
  }

  @Test
  void refusesOverlappingSegments() {
    byte[] file =
        ElfBuilder.elf64()
            .load(0, 0x100000, new byte[16], 0x1001)
            .load(0, 0x101000, new byte[16], 16)
            .build();

    assertFault(file, ImageError.IMAGE_OVERLAPPING_SEGMENTS, "overlap by 1 bytes");
  }

  @Test
  void refusesSegmentsWhoseContentsLieOutsideTheFile() {
    byte[] file = ElfBuilder.elf64().load(0, 0x100000, new byte[16], 16).build();
    edit(file).putLong(FIRST_HEADER_64 + 8, Long.MAX_VALUE - 4);

    assertFault(file, ImageError.IMAGE_TRUNCATED, "contents of segment 0");
  }

  @Test
  void refusesSegmentsThatWrapAround() {
    byte[] file = ElfBuilder.elf64().load(0, 0x100000, new byte[16], 16).build();
    edit(file).putLong(FIRST_HEADER_64 + 24, -4096L);

    assertFault(file, ImageError.IMAGE_MALFORMED, "beyond the physical address space");
  }

  @Test
  void refusesMoreFileBytesThanMemory() {
    byte[] file = ElfBuilder.elf64().load(0, 0x100000, new byte[16], 8).build();

    assertFault(file, ImageError.IMAGE_MALFORMED, "16 bytes in the file but only 8 in memory");
  }

  @Test
  void refusesAHeaderTableOutsideTheFile() {
    byte[] file = ElfBuilder.elf64().load(0, 0x100000, new byte[16], 16).build();
    edit(file).putLong(32, file.length - 8L);

    assertFault(file, ImageError.IMAGE_TRUNCATED, "program header table");
  }

  @Test
  void refusesOtherMachinesAndObjectFiles() {
    byte[] arm = ElfBuilder.elf64().load(0, 0x100000, new byte[16], 16).build();
    edit(arm).putShort(18, (short) 183);
    assertFault(arm, ImageError.IMAGE_UNSUPPORTED, "machine 183");

    byte[] object = ElfBuilder.elf64().load(0, 0x100000, new byte[16], 16).build();
    edit(object).putShort(16, (short) 1);
    assertFault(object, ImageError.IMAGE_UNSUPPORTED, "type 1");
  }

  @Test
  void refusesNotesThatClaimMoreThanTheyHave() {
    byte[] file =
        ElfBuilder.elf64().load(0, 0x100000, new byte[16], 16).note("Xen", 6, "linux").build();
    edit(file).putInt(0x1010 + 4, -1);

    assertFault(file, ImageError.IMAGE_TRUNCATED, "note descriptor");
  }

  private static void assertFault(byte[] file, ImageError error, String message) {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> parse(file))
        .returns(error, ImageException::error)
        .returns(error.name(), ImageException::code)
        .withMessageStartingWith("kernel: ")
        .withMessageContaining(message);
  }

  private static ElfFile parse(byte[] file) {
    return ElfFile.parse(ImageBytes.of("kernel", file));
  }

  private static ByteBuffer edit(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }
}
