package org.paravane.cli.command;

import org.paravane.cli.output.ManPage;
import org.paravane.cli.output.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the manual page. */
@Command(
    name = "man",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the manual page of all commands, for man(1).",
      "To read it: paravane man | man -l -",
      "To keep it: paravane man > ~/.local/share/man/man1/paravane.1"
    })
public final class ManCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(ManPage.of(spec.root(), Version.text()));
    spec.commandLine().getOut().flush();
  }
}
