package org.paravane.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.paravane.cli.terminal.Host;
import org.paravane.debug.inspection.NextInstructions;
import org.paravane.harness.ExitCode;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.images.ImageStore;
import org.paravane.platform.Platforms;

/** The process: puts the modules together, runs one command, and exits with its code. */
public final class Main {
  private Main() {}

  /** Runs the command line. */
  public static void main(String[] args) {
    Host host = Host.ofProcess();
    Path cache =
        ImageStore.defaultDirectory(host.environment(), Path.of(System.getProperty("user.home")));
    Harness harness =
        new Harness(new CatalogueLibrary(cache), new InstalledPlatforms(platforms(host)));
    System.exit(new Cli(harness, host).run(args));
  }

  private static List<BootPlatform> platforms(Host host) {
    try {
      return Platforms.installed().all().stream()
          .<BootPlatform>map(provider -> new ProviderPlatform(provider, NextInstructions::of))
          .toList();
    } catch (ServiceConfigurationError | LinkageError e) {
      host.error()
          .println(
              "paravane: The platforms of PARAVANE_PLUGINS can't be used: " + e.getMessage() + ".");
      System.exit(ExitCode.USAGE.code());
      throw e;
    }
  }
}
