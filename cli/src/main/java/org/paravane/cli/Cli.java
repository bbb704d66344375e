package org.paravane.cli;

import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.paravane.cli.command.BenchCommand;
import org.paravane.cli.command.BootCommand;
import org.paravane.cli.command.DisasmCommand;
import org.paravane.cli.command.ImagesCommand;
import org.paravane.cli.command.InspectCommand;
import org.paravane.cli.command.MatrixCommand;
import org.paravane.cli.command.ParavaneCommand;
import org.paravane.cli.command.PlatformsCommand;
import org.paravane.cli.command.SymbolsCommand;
import org.paravane.cli.output.FaultDump;
import org.paravane.cli.output.ShellCommand;
import org.paravane.cli.output.Version;
import org.paravane.cli.terminal.Host;
import org.paravane.core.ParavaneException;
import org.paravane.harness.ExitCode;
import org.paravane.harness.Harness;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;

/** The commands over a harness and a host: everything of the process but its exit. */
public final class Cli {
  private final Harness harness;
  private final Host host;

  /** Runs commands with {@code harness} in {@code host}. */
  public Cli(Harness harness, Host host) {
    this.harness = harness;
    this.host = host;
  }

  /** Runs the command that {@code args} say and returns the exit code. Does not throw. */
  public int run(String... args) {
    try {
      return commandLine(args).execute(args);
    } catch (RuntimeException | Error e) {
      return bug(e, args);
    }
  }

  private CommandLine commandLine(String... args) {
    CommandLine commandLine =
        new CommandLine(ParavaneCommand.class, new Factory())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExpandAtFiles(false)
            .setOut(writer(host.output()))
            .setErr(writer(host.error()))
            .setParameterExceptionHandler((e, _) -> refuse(e))
            .setExecutionExceptionHandler((e, _, _) -> failed(e, args));
    CommandLine boot = commandLine.getSubcommands().get("boot");
    boot.<BootCommand>getCommand().addPlatformOptions();
    boot.getCommandSpec()
        .usageMessage()
        .footer(withExitCodes(boot.getCommandSpec().usageMessage().footer()));
    return commandLine;
  }

  private static PrintWriter writer(OutputStream out) {
    return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
  }

  private static String[] withExitCodes(String[] footer) {
    List<String> lines = new ArrayList<>(Arrays.asList(footer));
    lines.add("Exit codes:");
    for (ExitCode code : ExitCode.values()) {
      lines.add("  %3d  %s".formatted(code.code(), code.meaning()));
    }
    return lines.toArray(String[]::new);
  }

  private int refuse(ParameterException e) {
    String sentence =
        e.getMessage().lines().findFirst().orElse("The arguments make no sense").strip();
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    return say(
        sentence + (sentence.endsWith(".") ? "" : ".") + " See '" + command + " --help'.",
        ExitCode.USAGE);
  }

  private int failed(Exception e, String... args) {
    return e instanceof ParavaneException refusal
        ? say(refusal.getMessage(), ExitCode.of(refusal))
        : bug(e, args);
  }

  private int bug(Throwable e, String... args) {
    List<String> words = new ArrayList<>(List.of("paravane"));
    words.addAll(Arrays.asList(args));
    Optional<Path> dump = FaultDump.write(e, Version.text(), ShellCommand.of(words));
    String where =
        dump.map(file -> "details are in " + file).orElse("the details could not be written");
    String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return say(
        "This is a bug in Paravane: %s; %s.".formatted(what.lines().findFirst().orElse(""), where),
        ExitCode.INTERNAL);
  }

  private int say(String sentence, ExitCode code) {
    host.error().println("paravane: " + sentence);
    host.error().flush();
    return code.code();
  }

  /** Gives the commands what they work with. */
  private final class Factory implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      Supplier<?> command =
          Map.<Class<?>, Supplier<?>>of(
                  BootCommand.class, () -> new BootCommand(harness, host),
                  BenchCommand.class, () -> new BenchCommand(harness, host),
                  MatrixCommand.class, () -> new MatrixCommand(harness, host),
                  DisasmCommand.class, () -> new DisasmCommand(harness),
                  SymbolsCommand.class, () -> new SymbolsCommand(harness),
                  ImagesCommand.class, () -> new ImagesCommand(harness),
                  InspectCommand.class, () -> new InspectCommand(harness),
                  PlatformsCommand.class, () -> new PlatformsCommand(harness))
              .get(type);
      return command == null ? CommandLine.defaultFactory().create(type) : type.cast(command.get());
    }
  }
}
