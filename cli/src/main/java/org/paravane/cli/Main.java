package org.paravane.cli;

import java.nio.file.Path;
import java.util.List;
import org.paravane.cli.terminal.Host;
import org.paravane.debug.inspection.NextInstructions;
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
    List<BootPlatform> platforms =
        Platforms.installed().all().stream()
            .<BootPlatform>map(provider -> new ProviderPlatform(provider, NextInstructions::of))
            .toList();
    Harness harness = new Harness(new CatalogueLibrary(cache), new InstalledPlatforms(platforms));
    System.exit(new Cli(harness, host).run(args));
  }
}
