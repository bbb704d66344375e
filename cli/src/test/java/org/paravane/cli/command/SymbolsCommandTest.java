package org.paravane.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbols;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import picocli.CommandLine;

class SymbolsCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    Harness harness = new Harness(new CatalogueLibrary(folder), new InstalledPlatforms(List.of()));
    return new CommandLine(new SymbolsCommand(harness))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void listsAsNmDoes() throws IOException {
    assertThat(run("test64")).isZero();
    assertThat(out.toString().lines()).anyMatch(line -> line.matches("[0-9a-f]{16} T kernel_main"));
  }

  @Test
  void writesAnElfFileWithTheSameSymbols() throws IOException {
    Path file = folder.resolve("kernel.elf");
    assertThat(run("test64", "--output", file.toString())).isZero();
    assertThat(out.toString()).isEmpty();
    Symbols written =
        KernelSymbols.of(ElfFile.parse(ImageBytes.of("file", Files.readAllBytes(file))));
    assertThat(written.address("kernel_main")).isPresent();
  }

  @Test
  void saysSoWhereThereAreNone() throws IOException {
    byte[] stripped =
        getClass().getResourceAsStream("/org/paravane/images/test64.elf").readAllBytes();
    // e_shnum
    Arrays.fill(stripped, 60, 62, (byte) 0);
    String file = Files.write(folder.resolve("stripped"), stripped).toString();
    assertThat(run(file)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("has neither a symbol table nor kallsyms");
  }

  @Test
  void saysSoWhereItCannotWrite() {
    String file = folder.resolve("missing/kernel.elf").toString();
    assertThat(run("test64", "--output", file)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("can't be written to '" + file + "'");
  }
}
