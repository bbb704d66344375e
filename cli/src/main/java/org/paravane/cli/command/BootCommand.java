package org.paravane.cli.command;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.paravane.cli.options.ConsoleOptions;
import org.paravane.cli.options.DebugOptions;
import org.paravane.cli.options.KernelOptions;
import org.paravane.cli.options.MachineOptions;
import org.paravane.cli.options.ObservationOptions;
import org.paravane.cli.options.PlatformOptions;
import org.paravane.cli.options.VerdictOptions;
import org.paravane.cli.output.Palette;
import org.paravane.cli.output.ReportPrinter;
import org.paravane.cli.output.ShellCommand;
import org.paravane.cli.output.Version;
import org.paravane.cli.terminal.Host;
import org.paravane.core.ParavaneException;
import org.paravane.harness.BootFailure;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootResult;
import org.paravane.harness.EmulatorFault;
import org.paravane.harness.Harness;
import org.paravane.harness.report.ReportFile;
import org.paravane.harness.spec.BootSpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Boots a kernel. */
@Command(
    name = "boot",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Boots a kernel file, or an image of the catalogue.",
      "Without a kernel and without --platform it boots the embedded test kernel on every platform that takes it,"
          + " and prints a table, as 'paravane matrix test64' does.",
      "The guest's console is the standard output; everything else goes to the standard error."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  paravane boot",
      "  paravane boot debian-cloud --expect PARAVANE-USERSPACE --timeout 120",
      "  paravane boot vmlinuz --initrd initrd.img --append console=ttyS0 -m 1G",
      "  paravane boot bzImage --expect '/login: $/' --linger 0 --report junit=boot.xml",
      ""
    })
public final class BootCommand implements Callable<Integer> {
  private final Harness harness;
  private final Host host;

  @Parameters(
      arity = "0..1",
      paramLabel = "KERNEL|NAME",
      description = "A kernel file, or the name of an image (default: test64).")
  private String kernel;

  @ArgGroup(validate = false, heading = "%nKernel:%n")
  private KernelOptions kernelOptions = new KernelOptions();

  @ArgGroup(validate = false, heading = "%nMachine:%n")
  private MachineOptions machineOptions = new MachineOptions();

  @ArgGroup(validate = false, heading = "%nVerdict and limits:%n")
  private VerdictOptions verdictOptions = new VerdictOptions();

  @ArgGroup(validate = false, heading = "%nConsole and reports:%n")
  private ConsoleOptions consoleOptions = new ConsoleOptions();

  @ArgGroup(validate = false, heading = "%nDebugging:%n")
  private DebugOptions debugOptions = new DebugOptions();

  @ArgGroup(validate = false, heading = "%nTraces and profiles:%n")
  private ObservationOptions observed = new ObservationOptions();

  private PlatformOptions platformOptions;

  @Spec private CommandSpec spec;

  /** Boots with {@code harness}, in the process {@code host}. */
  public BootCommand(Harness harness, Host host) {
    this.harness = harness;
    this.host = host;
  }

  /** Gives the command the options of the installed platforms; before arguments are parsed. */
  public void addPlatformOptions() {
    platformOptions = new PlatformOptions(spec, harness.backend().platforms());
  }

  @Override
  public Integer call() {
    BootSpec boot = bootSpec();
    if (debugOptions.waits() && debugOptions.gdb().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--wait waits for a debugger, so it needs --gdb");
    }
    observed
        .objection()
        .ifPresent(sentence -> {
          throw new ParameterException(spec.commandLine(), sentence);
        });
    if (debugOptions.gdb().isPresent() && observed.any()) {
      throw new ParameterException(
          spec.commandLine(), "A boot under gdb can't be traced or profiled");
    }
    if (kernel == null
        && kernelOptions.kernel() == null
        && !machineOptions.namesPlatform()
        && debugOptions.gdb().isEmpty()
        && !observed.any()) {
      if (!platformOptions.given().isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), platformOptions.given() + " needs a --platform");
      }
      return new MatrixRun(harness, host, consoleOptions)
          .run(List.of(boot), true, Runtime.getRuntime().availableProcessors());
    }
    consoleOptions.reports().forEach(ReportFile::checkWritable);
    ConsoleRun run =
        new ConsoleRun(harness, host, consoleOptions, debugOptions, observed, palette());
    try (run) {
      BootReport report = run.boot(boot);
      write(report);
      print(report);
      return report.exitCode();
    } catch (ParavaneException e) {
      write(BootFailure.of(boot, e));
      throw e;
    } catch (EmulatorFault e) {
      write(BootFailure.of(boot, e));
      throw e;
    }
  }

  private BootSpec bootSpec() {
    if (kernel != null && kernelOptions.kernel() != null) {
      throw new ParameterException(
          spec.commandLine(),
          "The kernel is named twice: '" + kernel + "' and '" + kernelOptions.kernel() + "'");
    }
    String named = kernel != null ? kernel : kernelOptions.kernel();
    BootSpec.Builder boot = BootSpec.of(named == null ? BootSpec.DEFAULT_IMAGE : named);
    try {
      kernelOptions.applyTo(boot);
      machineOptions.applyTo(boot);
      verdictOptions.applyTo(boot);
      platformOptions.applyTo(boot);
      return boot.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void write(BootResult result) {
    for (ReportFile report : consoleOptions.reports()) {
      report.write(result);
    }
  }

  private void print(BootReport report) {
    PrintStream err = host.error();
    List<String> words = new ArrayList<>(List.of("paravane"));
    words.addAll(spec.root().commandLine().getParseResult().originalArgs());
    new ReportPrinter(err, palette(), consoleOptions.quiet(), consoleOptions.verbosity())
        .print(report, ShellCommand.of(words));
    err.flush();
  }

  private Palette palette() {
    return Palette.of(consoleOptions.color(), host);
  }
}
