package org.paravane.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.harness.comparison.GuestPrograms;

class GuestProgramsTest {
  private static final Path SOURCE = Path.of("programs").toAbsolutePath();

  @TempDir Path folder;

  @Test
  void theCommittedProgramsAreWhatTheirSourceBuilds() throws IOException, InterruptedException {
    List<String> toolchain = Files.readAllLines(SOURCE.resolve("toolchain.txt"));
    assumeTrue(
        output("gcc", "-dumpfullversion").strip().equals(toolchain.get(0))
            && output("ld", "--version")
                .lines()
                .findFirst()
                .orElse("")
                .endsWith(" " + toolchain.get(1)),
        "only gcc %s with binutils %s give the committed bytes"
            .formatted(toolchain.get(0), toolchain.get(1)));
    Path built = folder.resolve("programs.elf");
    assertThat(output(SOURCE.resolve("build.sh").toString(), built.toString())).isEmpty();
    assertThat(Files.readAllBytes(built)).isEqualTo(GuestPrograms.executable());
  }

  /** What a command prints; nothing where it does not exist. */
  private static String output(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "";
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit code of %s: %s", command[0], text).isZero();
    return text;
  }
}
