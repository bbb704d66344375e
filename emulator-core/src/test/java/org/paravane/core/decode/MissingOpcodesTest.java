package org.paravane.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoder.Outcome;
import org.paravane.core.instructions.InstructionSet;

class MissingOpcodesTest {
  private final Decoder decoder = new Decoder(InstructionSet.map());

  private Outcome decode(String hex, int mode) {
    byte[] code = HexFormat.of().parseHex(hex);
    return decoder.decode(code, 0, code.length, mode, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0fc7f0, RDRAND, RDRAND, 3",
    "480fc7f0, RDRAND, RDRAND, 4",
    "0fae642408, XSAVE, XSAVE, 5",
    "0f01d0, XGETBV, XSAVE, 3",
    "0f01c8, MONITOR, MONITOR, 3",
    "0f0fc19e, PFADD, 3DNOW, 4",
    "c5f058c2, VADDPS, AVX, 4",
    "64c5f0584504, VADDPS, AVX, 6",
    "67c5f0584504, VADDPS, AVX, 6",
    "c4e2f9f7442408, SHLX, BMI2, 7",
    "c4e37d0cc207, VBLENDPS, AVX, 6",
    "62f17d086f05, VMOVDQA32, AVX512, 10",
    "62f37d203f0f00, VPCMPB, AVX512, 7",
    "8fea781017, BEXTR, TBM, 9",
    "c7f8, XBEGIN, RTM, 6"
  })
  void knowsNameFeatureAndLength(String hex, String mnemonic, String feature, int length) {
    String filled = hex + "11223344".substring(0, 2 * Math.max(0, length - hex.length() / 2));

    assertThat(decode(filled, CpuMode.CODE64)).isEqualTo(Outcome.UNIMPLEMENTED);
    assertThat(decoder.missing().mnemonic()).isEqualTo(mnemonic);
    assertThat(decoder.missing().feature()).isEqualTo(feature);
    assertThat(decoder.decoded().length()).isEqualTo(length);
    assertThat(decode(filled.substring(0, filled.length() - 2), CpuMode.CODE64))
        .isEqualTo(Outcome.NEEDS_MORE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0f0affff",
        "0f24c0c0",
        "d6909090",
        "0faac0c0",
        "f0c5f058c2",
        "48c5f058c2",
        "0f0fc100"
      })
  void whatNoProcessorDefinesStaysUndefined(String hex) {
    assertThat(decode(hex, CpuMode.CODE64)).isEqualTo(Outcome.UNDEFINED);
    assertThat(decoder.missing()).isNull();
  }

  @Test
  void whatLooksLikeLdsAndBoundIsNotTakenForAPrefix() {
    assertThat(decode("c50424", CpuMode.CODE32)).isEqualTo(Outcome.DECODED);
    assertThat(decode("c5f058c2", CpuMode.CODE32)).isEqualTo(Outcome.UNIMPLEMENTED);
    assertThat(decode("620424", CpuMode.CODE32)).isEqualTo(Outcome.DECODED);
  }

  @Test
  void instructionsOf64BitModeAreUndefinedOutsideOfIt() {
    assertThat(decode("f30f01ec", CpuMode.CODE64)).isEqualTo(Outcome.UNIMPLEMENTED);
    assertThat(decode("f30f01ec", CpuMode.CODE32)).isEqualTo(Outcome.UNDEFINED);
  }

  @Test
  void nothingIsBothPresentAndMissing() {
    Set<String> present =
        InstructionSet.map().all().stream().map(Opcode::mnemonic).collect(Collectors.toSet());

    assertThat(MissingOpcodes.rows())
        .filteredOn(row -> !row.prefixed())
        .extracting(MissingOpcode::mnemonic)
        .doesNotContainAnyElementsOf(present);
  }
}
