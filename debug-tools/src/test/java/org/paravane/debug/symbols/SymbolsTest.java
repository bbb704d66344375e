package org.paravane.debug.symbols;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SymbolsTest {
  private static final Symbols SYMBOLS =
      Symbols.of(
          List.of(
              new Symbol(0x10, 'A', "offset_in_percpu"),
              new Symbol(0xffff_ffff_8100_0100L, 't', "static_entry"),
              new Symbol(0xffff_ffff_8100_0100L, 'T', "entry"),
              new Symbol(0xffff_ffff_8100_0200L, 'T', "next"),
              new Symbol(0x1000, 'T', "low")));

  @Test
  void namesAnAddressByTheSymbolBelowIt() {
    assertThat(SYMBOLS.at(0xffff_ffff_8100_01ffL)).hasToString("Optional[entry+0xff]");
    assertThat(SYMBOLS.at(0xffff_ffff_8100_0200L)).hasToString("Optional[next]");
  }

  @Test
  void comparesAddressesUnsigned() {
    assertThat(SYMBOLS.at(0x1004)).hasToString("Optional[low+0x4]");
  }

  @Test
  void doesNotNameAddressesOutsideTheKernel() {
    assertThat(SYMBOLS.at(0xfff)).isEmpty();
    assertThat(SYMBOLS.at(0xffff_ffff_8200_0000L)).isEmpty();
    assertThat(Symbols.NONE.at(0)).isEmpty();
  }

  @Test
  void absoluteSymbolsAreFoundByNameOnly() {
    assertThat(SYMBOLS.address("offset_in_percpu")).hasValue(0x10);
    assertThat(SYMBOLS.at(0x10)).isEmpty();
  }

  @Test
  void numbersStandForWhatAnAddressBelongsTo() {
    int[] numbers = IntStream.of(0x1000, 0x1001).map(address -> SYMBOLS.indexAt(address)).toArray();
    assertThat(numbers).containsOnly(0);
    assertThat(SYMBOLS.symbol(0).name()).isEqualTo("low");
    assertThat(SYMBOLS.indexAt(0)).isNegative();
  }

  @Test
  void movesWithTheKernel() {
    Symbols moved = SYMBOLS.moved(0x200000);
    assertThat(moved.address("entry")).hasValue(0xffff_ffff_8120_0100L);
    assertThat(moved.address("offset_in_percpu")).hasValue(0x10);
  }
}
