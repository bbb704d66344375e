package org.paravane.debug.disassembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.paravane.core.instructions.InstructionSet;

class InstructionPageTest {
  private static final Path PAGE = Path.of("..", "docs", "instructions.md");
  private static final Path PROPOSAL = Path.of("target", "instructions.md");

  @Test
  void thePageIsCurrent() throws IOException {
    List<String> current = InstructionPage.lines();

    Files.write(PROPOSAL, current);
    assertThat(PAGE).as("to be replaced by debug-tools/%s", PROPOSAL).exists();
    assertThat(Files.readAllLines(PAGE))
        .as("to be replaced by debug-tools/%s", PROPOSAL)
        .isEqualTo(current);
  }

  @Test
  void everythingSaidOfTestsIsAboutAnInstructionThatExists() {
    Set<String> known =
        InstructionSet.map().all().stream()
            .flatMap(row -> Stream.of(row.encoding(), row.mnemonic()))
            .collect(Collectors.toSet());

    assertThat(new InstructionTests().named()).isSubsetOf(known);
  }

  @Test
  void everyOtherTestStandsInItsFile() {
    assertThat(Resources.table("other-tests.txt"))
        .allSatisfy(columns ->
            assertThat(Files.readString(Path.of("..", columns[2]))).contains(columns[3]));
  }
}
