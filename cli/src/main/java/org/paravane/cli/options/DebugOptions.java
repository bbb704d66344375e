package org.paravane.cli.options;

import java.util.Optional;
import picocli.CommandLine.Option;

/** The debugger. */
public final class DebugOptions {
  @Option(
      names = "--gdb",
      paramLabel = "[HOST:]PORT",
      converter = Endpoint.Converter.class,
      description = {
        "Lets gdb connect with 'target remote HOST:PORT'; on this host only unless HOST says otherwise.",
        "The limit of host time is off then. See 'paravane symbols' for the kernel's symbols."
      })
  private Endpoint gdb;

  @Option(
      names = "--wait",
      description = "Executes nothing before the debugger of --gdb lets the guest go.")
  private boolean wait;

  /** Where gdb finds the guest; empty if nowhere. */
  public Optional<Endpoint> gdb() {
    return Optional.ofNullable(gdb);
  }

  /** Whether the guest waits for a debugger. */
  public boolean waits() {
    return wait;
  }
}
