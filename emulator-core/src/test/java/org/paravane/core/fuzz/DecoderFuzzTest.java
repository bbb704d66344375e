package org.paravane.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoder;
import org.paravane.core.decode.Decoder.Outcome;
import org.paravane.core.instructions.InstructionSet;

/** The decoder on any bytes, in every mode: the first byte of an input chooses it. */
class DecoderFuzzTest {
  private final Decoder decoder = new Decoder(InstructionSet.map());

  static Stream<Arguments> instructions() {
    return Stream.of(
            "02 48 8b 84 c8 00 01 00 00 f0 48 0f b1 0e 66 0f 3a 0f c1 07",
            "01 67 66 8b 44 24 10 c8 10 00 01 9a 11 22 33 44 55 66 f3 a4",
            "00 ea 00 00 00 f0 2e 8b 87 34 12 66 67 8d 04 85 00 00 00 00",
            "02 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90",
            "02 48 b8 11 22 33 44 55 66 77 88 d9 ff dd 06 0f ae 3e c4 e2 79",
            "02 c5 f0 58 c2 62 f1 7d 08 6f 05 11 22 33 44 8f ea 78 10 17 11 22 33 44 0f 0f c1 9e")
        .map(hex -> Arguments.of((Object) HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  @MethodSource("instructions")
  @FuzzTest(maxDuration = "30s")
  void everyByteIsDecodedOrRefused(byte[] input) {
    int mode =
        input.length == 0
            ? 0
            : (input[0] & CpuMode.CODE_SIZE) % 3 | input[0] & (CpuMode.STACK32 | CpuMode.FLAT);
    if (CpuMode.is64(mode)) {
      mode |= CpuMode.STACK32 | CpuMode.FLAT;
    }
    for (int at = 1; at < input.length; ) {
      Outcome outcome = decoder.decode(input, at, input.length, mode, 0);
      int length = decoder.decoded().length();
      assertThat(length).isBetween(0, Decoder.MAX_LENGTH);
      assertThat(at + length).isLessThanOrEqualTo(input.length);
      if (outcome != Outcome.DECODED && outcome != Outcome.UNIMPLEMENTED) {
        at++;
        continue;
      }
      assertThat(length).isPositive();
      if (outcome == Outcome.DECODED) {
        decoder.decoded().opcode().factory().create(decoder.decoded());
      }
      assertThat(decoder.decode(input, at, at + length, mode, 0)).isEqualTo(outcome);
      assertThat(decoder.decoded().length()).isEqualTo(length);
      assertThat(decoder.decode(input, at, at + length - 1, mode, 0)).isEqualTo(Outcome.NEEDS_MORE);
      at += length;
    }
  }
}
