package org.paravane.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.paravane.cli.options.KernelOptions;
import org.paravane.cli.options.MachineOptions;
import org.paravane.cli.options.OutputOptions;
import org.paravane.cli.options.VerdictOptions;
import org.paravane.cli.output.Version;
import org.paravane.cli.terminal.Host;
import org.paravane.harness.Harness;
import org.paravane.harness.spec.BootSpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Boots kernels on many platforms. */
@Command(
    name = "matrix",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Boots each kernel on every platform that takes it, several at a time, and prints a table.",
      "An image of the catalogue has to print its own marker, unless --expect names another. A guest that prints"
          + " nothing for two minutes of its time is given up, unless there is another limit.",
      "The exit code is 0 if all passed, else that of the first boot that failed."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  paravane matrix test64 debian-cloud --report junit=matrix.xml",
      "  paravane matrix vmlinuz --initrd initrd.img --append console=ttyS0 --expect login:",
      ""
    })
public final class MatrixCommand implements Callable<Integer> {
  private final Harness harness;
  private final Host host;

  @Parameters(
      arity = "0..*",
      paramLabel = "KERNEL|NAME",
      description = "Kernel files, or names of images (default: test64).")
  private List<String> kernels = new ArrayList<>();

  @Option(
      names = {"-j", "--jobs"},
      paramLabel = "N",
      description = "How many boots run at a time (default: the number of the host's processors).")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @ArgGroup(validate = false, heading = "%nKernel:%n")
  private KernelOptions kernelOptions = new KernelOptions();

  @ArgGroup(validate = false, heading = "%nMachine:%n")
  private MachineOptions machineOptions = new MachineOptions();

  @ArgGroup(validate = false, heading = "%nVerdict and limits:%n")
  private VerdictOptions verdictOptions = new VerdictOptions();

  @ArgGroup(validate = false, heading = "%nReports:%n")
  private OutputOptions outputOptions = new OutputOptions();

  @Spec private CommandSpec spec;

  /** Boots with {@code harness}, in the process {@code host}. */
  public MatrixCommand(Harness harness, Host host) {
    this.harness = harness;
    this.host = host;
  }

  @Override
  public Integer call() {
    if (jobs < 1) {
      throw new ParameterException(
          spec.commandLine(), "At least 1 boot has to run at a time, not " + jobs);
    }
    return new MatrixRun(harness, host, outputOptions)
        .run(bases(), !machineOptions.namesPlatform(), jobs);
  }

  private List<BootSpec> bases() {
    List<String> images = new ArrayList<>(kernels);
    if (kernelOptions.kernel() != null) {
      images.add(kernelOptions.kernel());
    }
    return (images.isEmpty() ? List.of(BootSpec.DEFAULT_IMAGE) : images)
        .stream().map(this::base).toList();
  }

  private BootSpec base(String image) {
    BootSpec.Builder boot = BootSpec.of(image);
    try {
      kernelOptions.applyTo(boot);
      machineOptions.applyTo(boot);
      verdictOptions.applyTo(boot);
      return boot.build();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
