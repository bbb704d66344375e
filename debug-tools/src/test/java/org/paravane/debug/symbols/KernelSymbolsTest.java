package org.paravane.debug.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;

class KernelSymbolsTest {
  private static final long BASE = 0xffff_ffff_8100_0000L;
  private static final int COUNT = 700;
  private static final List<Symbol> FEW =
      List.of(
          new Symbol(BASE, 'T', "_stext"),
          new Symbol(BASE + 0x40, 't', "helper"),
          new Symbol(BASE + 0x20_0000, 'D', "data"),
          new Symbol(0x18, 'A', "constant"));

  /** What a symbol's number of the made-up kernel is called. */
  private static String name(int index) {
    return (index == 5 ? "very_long_" + "x".repeat(150) : "function_") + index;
  }

  @Test
  void readsBackAWrittenSymbolFile() {
    Symbols read = symbols(SymbolFile.of(Symbols.of(FEW)));
    assertThat(read.all())
        .extracting(Symbol::name)
        .containsExactly("_stext", "helper", "data", "constant");
    assertThat(read.at(BASE + 0x41)).hasToString("Optional[helper+0x1]");
    assertThat(read.address("constant")).hasValue(0x18);
    assertThat(read.symbol(read.indexAt(BASE + 0x20_0000)).code()).isFalse();
    assertThat(read.symbol(read.indexAt(BASE)).code()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsKallsyms(boolean newOrder) {
    Symbols read = symbols(kernel(newOrder, true));
    assertThat(read.all()).hasSize(COUNT);
    assertThat(read.address("per_cpu_start")).isEqualTo(OptionalLong.of(0));
    for (int i = 1; i < COUNT; i++) {
      assertThat(read.address(name(i))).hasValue(BASE + 16L * i);
    }
    assertThat(read.at(BASE + 16 * 5 + 3)).hasToString("Optional[" + name(5) + "+0x3]");
  }

  @Test
  void aKernelWithoutSymbolsHasNone() {
    assertThat(symbols(kernel(false, false)).isEmpty()).isTrue();
  }

  private static Symbols symbols(byte[] file) {
    return KernelSymbols.of(ElfFile.parse(ImageBytes.of("kernel", file)));
  }

  /** An ELF file without sections that holds the tables of kallsyms, in the order before or since Linux 6.4. */
  private static byte[] kernel(boolean newOrder, boolean withTokens) {
    ByteBuffer out = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    out.putShort((short) 2).putShort((short) 62).position(128);
    if (!newOrder) {
      addresses(out);
    }
    out.putInt(COUNT).putInt(0);
    int[] markers = new int[(COUNT + 255) / 256];
    int start = out.position();
    for (int i = 0; i < COUNT; i++) {
      if (i % 256 == 0) {
        markers[i / 256] = out.position() - start;
      }
      byte[] name = compressed(i == 0 ? "Aper_cpu_start" : "T" + name(i));
      if (name.length > 0x7f) {
        out.put((byte) (name.length | 0x80)).put((byte) (name.length >> 7)).put(name);
      } else {
        out.put((byte) name.length).put(name);
      }
    }
    align(out);
    for (int marker : markers) {
      out.putInt(marker);
    }
    align(out);
    if (withTokens) {
      tokens(out);
    }
    if (newOrder) {
      align(out);
      addresses(out);
    }
    return out.array();
  }

  /** Byte 1 stands for a string that many names hold. */
  private static byte[] compressed(String name) {
    return name.replace("function_", "\1").getBytes(StandardCharsets.US_ASCII);
  }

  private static void tokens(ByteBuffer out) {
    short[] index = new short[256];
    int start = out.position();
    for (int i = 0; i < 256; i++) {
      index[i] = (short) (out.position() - start);
      String token = i == 1 ? "function_" : i > ' ' && i < 0x7f ? String.valueOf((char) i) : "";
      out.put(token.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }
    align(out);
    for (short offset : index) {
      out.putShort(offset);
    }
  }

  private static void addresses(ByteBuffer out) {
    for (int i = 0; i < COUNT; i++) {
      out.putInt(i == 0 ? 0 : -1 - 16 * i);
    }
    align(out);
    out.putLong(BASE);
  }

  private static void align(ByteBuffer out) {
    out.position(out.position() + 7 & -8);
  }
}
