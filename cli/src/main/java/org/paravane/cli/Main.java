package org.paravane.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.paravane.cli.terminal.Host;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.images.ImageStore;

/** The process: puts the modules together, runs one command, and exits with its code. */
public final class Main {
  private Main() {}

  /** Runs the command line. */
  public static void main(String[] args) {
    Host host = Host.ofProcess();
    Path cache =
        ImageStore.defaultDirectory(host.environment(), Path.of(System.getProperty("user.home")));
    List<BootPlatform> platforms =
        ServiceLoader.load(BootPlatform.class).stream().map(ServiceLoader.Provider::get).toList();
    Harness harness = new Harness(new CatalogueLibrary(cache), new InstalledPlatforms(platforms));
    System.exit(new Cli(harness, host).run(args));
  }
}
