package org.paravane.cli.options;

import org.paravane.cli.terminal.EscapeKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The console, and what is told of the run. */
public final class ConsoleOptions extends OutputOptions {
  /** Reads the name of a key. */
  static final class Key implements ITypeConverter<EscapeKey> {
    @Override
    public EscapeKey convert(String text) {
      try {
        return EscapeKey.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  @Option(
      names = "--escape",
      paramLabel = "KEY",
      converter = Key.class,
      description = {
        "The key that speaks to Paravane on a terminal: ctrl-a to ctrl-z, or none (default:"
            + " ctrl-a).",
        "Ctrl-A x leaves, Ctrl-A h lists the keys, Ctrl-A Ctrl-A types Ctrl-A."
      })
  private EscapeKey escape = EscapeKey.DEFAULT;

  @Option(
      names = "--no-stdin",
      description =
          "Leaves the standard input alone; else what is typed or piped goes to the guest.")
  private boolean noInput;

  @Option(
      names = {"-v", "--verbose"},
      description = "Tells the phases of the boot; twice, the counters of the machine too.")
  private boolean[] verbose = {};

  /** The escape key. */
  public EscapeKey escape() {
    return escape;
  }

  /** Whether the guest gets the standard input. */
  public boolean input() {
    return !noInput;
  }

  /** How often {@code --verbose} was given. */
  public int verbosity() {
    return verbose.length;
  }
}
