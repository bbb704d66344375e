package org.paravane.debug.disassembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.core.instructions.InstructionSet;

/** Every row of the opcode maps, in samples whose text an independent disassembler gave. */
class ListingTest {
  @ParameterizedTest
  @CsvSource({"16, 0", "32, 1", "64, 2"})
  void everyRowIsWrittenAsObjdumpWritesIt(int bits, int mode) {
    Disassembler disassembler = new Disassembler(InstructionSet.map(), mode);

    List<String> expected = Resources.lines("listing-" + bits + ".txt");

    assertThat(expected).hasSizeGreaterThan(900);
    assertThat(expected.stream().map(line -> relisted(disassembler, line)))
        .containsExactlyElementsOf(expected);
  }

  /** What the sample of an expectation is to Paravane. */
  private static String relisted(Disassembler disassembler, String expectation) {
    String[] columns = expectation.split("\t");
    byte[] code = HexFormat.of().parseHex(columns[1]);
    Line line = disassembler.line(code, 0, code.length, Long.parseLong(columns[0], 16));
    return String.join("\t", columns[0], columns[1], ObjdumpText.bare(line.text()));
  }
}
