package org.paravane.debug.symbols;

import java.util.Optional;
import org.paravane.boot.elf.ElfFile;

/** Where a kernel keeps its symbols. */
public final class KernelSymbols {
  private KernelSymbols() {}

  /**
   * Reads the symbols of a kernel: its ELF symbol table, or what Linux keeps of it in kallsyms; empty if it has neither.
   * Addresses are those that it was linked for.
   */
  public static Symbols of(ElfFile kernel) {
    Optional<Symbols> table = ElfSymbolTable.read(kernel);
    return table.or(() -> Kallsyms.read(kernel)).orElse(Symbols.NONE);
  }
}
