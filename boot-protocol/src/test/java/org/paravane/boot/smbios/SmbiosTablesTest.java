package org.paravane.boot.smbios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.paravane.boot.testing.ArrayMemory;

class SmbiosTablesTest {
  private static final SmbiosIdentity IDENTITY =
      new SmbiosIdentity(
          "BIOS maker",
          "1.0",
          "01/02/2026",
          "Maker",
          "Product",
          "",
          UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
          "Board");

  private final ArrayMemory memory = new ArrayMemory(2 << 20);

  private int sum(long from, int bytes) {
    int sum = 0;
    for (int i = 0; i < bytes; i++) {
      sum += memory.get8(from + i);
    }
    return sum & 0xff;
  }

  @Test
  void entryPointIsFoundAndItsSumsAreZero() {
    SmbiosTables tables = SmbiosTables.write(memory, SmbiosTables.DEFAULT_ADDRESS, IDENTITY);
    long entry = tables.entryPoint();
    assertThat(memory.get32(entry)).isEqualTo(0x5f4d_535f);
    assertThat(sum(entry, memory.get8(entry + 5))).isZero();
    assertThat(sum(entry + 0x10, 15)).isZero();
    assertThat(tables.length()).isEqualTo(0x20 + memory.get16(entry + 0x16));
  }

  @Test
  void structuresFollowEachOtherToTheEnd() {
    long entry = SmbiosTables.write(memory, SmbiosTables.DEFAULT_ADDRESS, IDENTITY).entryPoint();
    long at = memory.get32(entry + 0x18);
    long end = at + memory.get16(entry + 0x16);
    int count = 0;
    int type = -1;
    while (at < end) {
      type = memory.get8(at);
      at += memory.get8(at + 1);
      while (memory.get16(at) != 0) {
        at++;
      }
      at += 2;
      count++;
    }
    assertThat(at).isEqualTo(end);
    assertThat(type).isEqualTo(127);
    assertThat(count).isEqualTo(memory.get16(entry + 0x1c));
  }

  @Test
  void systemStructureHasItsStringsAndTheIdInMixedByteOrder() {
    long entry = SmbiosTables.write(memory, SmbiosTables.DEFAULT_ADDRESS, IDENTITY).entryPoint();
    byte[] bytes = new byte[0x200];
    memory.read(entry, bytes, 0, bytes.length);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("Maker\0Product\0None\0\0");
    byte[] id = HexFormat.of().parseHex("33221100554477668899aabbccddeeff");
    assertThat(text).contains(new String(id, StandardCharsets.ISO_8859_1));
  }

  @Test
  void anAddressNobodyLooksAtIsRefused() {
    for (long address : new long[] {0xf0008, 0xe0000, 0x100000}) {
      assertThatThrownBy(() -> SmbiosTables.write(memory, address, IDENTITY))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
