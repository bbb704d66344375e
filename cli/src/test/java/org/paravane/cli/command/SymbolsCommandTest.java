package org.paravane.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.debug.symbols.Symbol;
import org.paravane.debug.symbols.SymbolFile;
import org.paravane.debug.symbols.Symbols;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import picocli.CommandLine;

class SymbolsCommandTest {
  private static final byte[] KERNEL =
      SymbolFile.of(Symbols.of(List.of(new Symbol(0xffff_ffff_8100_0000L, 'T', "startup_64"))));

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

  private String kernel() throws IOException {
    return Files.write(folder.resolve("vmlinux"), KERNEL).toString();
  }

  @Test
  void listsAsNmDoes() throws IOException {
    assertThat(run(kernel())).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("ffffffff81000000 T startup_64");
  }

  @Test
  void writesAnElfFileWithTheSameSymbols() throws IOException {
    Path file = folder.resolve("kernel.elf");
    assertThat(run(kernel(), "--output", file.toString())).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(file).hasBinaryContent(KERNEL);
  }

  @Test
  void saysSoWhereThereAreNone() throws IOException {
    Files.write(folder.resolve("bare"), SymbolFile.of(Symbols.NONE));
    assertThat(run(folder.resolve("bare").toString())).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("has neither a symbol table nor kallsyms");
  }

  @Test
  void saysSoWhereItCannotWrite() throws IOException {
    String file = folder.resolve("missing/kernel.elf").toString();
    assertThat(run(kernel(), "--output", file)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("can't be written to '" + file + "'");
  }
}
