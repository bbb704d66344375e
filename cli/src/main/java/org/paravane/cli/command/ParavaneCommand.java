package org.paravane.cli.command;

import org.paravane.cli.output.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command: shows what there is. */
@Command(
    name = "paravane",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    header = "Boots unmodified x86-64 kernels on any paravirtual platform, wherever Java runs.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    subcommands = {
      BootCommand.class,
      DisasmCommand.class,
      ImagesCommand.class,
      InspectCommand.class,
      MatrixCommand.class,
      PlatformsCommand.class,
      SymbolsCommand.class,
      BenchCommand.class,
      CompletionCommand.class,
      ManCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  paravane boot                           boots the embedded test kernel on every platform",
      "  paravane images fetch debian-cloud      fetches Debian's cloud kernel",
      "  paravane boot debian-cloud --expect PARAVANE-USERSPACE",
      "  paravane boot /boot/vmlinuz --initrd initrd.img --append console=ttyS0",
      "",
      "'paravane boot --help' lists the exit codes."
    })
public final class ParavaneCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "There is no command; 'boot' boots the embedded test kernel");
  }
}
