package org.paravane.cli.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbol;
import org.paravane.debug.symbols.SymbolFile;
import org.paravane.debug.symbols.Symbols;
import org.paravane.harness.Harness;
import org.paravane.harness.spi.LoadedImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists a kernel's symbols, or writes them for a debugger. */
@Command(
    name = "symbols",
    mixinStandardHelpOptions = true,
    description = {
      "Lists a kernel's symbols, as nm does: from its symbol table, or from what Linux keeps for /proc/kallsyms.",
      "With --output it writes them to an ELF file that gdb takes with 'symbol-file'."
    })
public final class SymbolsCommand implements Runnable {
  private final Harness harness;

  @Parameters(
      paramLabel = "FILE|NAME",
      description = "A kernel file, or an image of the catalogue.")
  private String image;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write an ELF file for debuggers.")
  private Path output;

  @Spec private CommandSpec spec;

  /** Takes images from {@code harness}. */
  public SymbolsCommand(Harness harness) {
    this.harness = harness;
  }

  @Override
  public void run() {
    LoadedImage loaded = harness.images().load(image);
    Symbols symbols =
        KernelImages.parse(loaded.kernel(), loaded.name())
            .elfKernel()
            .map(ElfKernel::elf)
            .map(KernelSymbols::of)
            .orElse(Symbols.NONE);
    if (symbols.isEmpty()) {
      throw refusal("%s has neither a symbol table nor kallsyms".formatted(image));
    }
    if (output == null) {
      PrintWriter out = spec.commandLine().getOut();
      for (Symbol symbol : symbols.all()) {
        out.println("%016x %c %s".formatted(symbol.address(), symbol.type(), symbol.name()));
      }
      return;
    }
    try {
      Files.write(output, SymbolFile.of(symbols));
    } catch (IOException e) {
      throw refusal("The symbols can't be written to '%s'".formatted(output));
    }
  }

  private ParameterException refusal(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }
}
