package org.paravane.cli.options;

import java.nio.file.Path;
import java.util.List;
import org.paravane.harness.spec.BootPath;
import org.paravane.harness.spec.BootSpec;
import picocli.CommandLine.Option;

/** What boots. */
public final class KernelOptions {
  @Option(
      names = {"--kernel", "-kernel"},
      paramLabel = "FILE|NAME",
      description = "The kernel, as an option instead of an argument.")
  private String kernel;

  @Option(
      names = {"--initrd", "-initrd"},
      paramLabel = "FILE",
      description = "The initial RAM disk, instead of the image's own.")
  private Path initrd;

  @Option(
      names = "--module",
      paramLabel = "FILE[ TEXT]",
      description =
          "A module for a multiboot or PVH kernel, behind the initial RAM disk, with the text that"
              + " goes with it. Repeatable.")
  private List<String> modules = List.of();

  @Option(
      names = {"--append", "-append"},
      paramLabel = "TEXT",
      description = "Kernel parameters; added to those that an image of the catalogue brings.")
  private String append;

  @Option(
      names = "--command-line",
      paramLabel = "TEXT",
      description = "The whole kernel command line, instead of the image's own.")
  private String commandLine;

  @Option(
      names = "--boot-path",
      paramLabel = "PATH",
      description =
          "The way into the kernel: direct (unpacked by the host), bzimage or bzimage32 (unpacks"
              + " itself, from its 64-bit or 32-bit entry), or auto, the quickest (default:"
              + " auto).")
  private BootPath bootPath = BootPath.AUTO;

  /** The kernel that {@code --kernel} names, or null. */
  public String kernel() {
    return kernel;
  }

  /** Adds these options to {@code spec}. */
  public void applyTo(BootSpec.Builder spec) {
    spec.bootPath(bootPath);
    if (initrd != null) {
      spec.initrd(initrd);
    }
    modules.forEach(spec::module);
    if (append != null) {
      spec.append(append);
    }
    if (commandLine != null) {
      spec.commandLine(commandLine);
    }
  }
}
